import { FleetManager } from "@herdctl/core";

// A daemon in a process of its own that triggers what it is told to and waits for its death.
const [configPath = "", stateDir = "", ...agents] = process.argv.slice(2);
const fleet = new FleetManager({ configPath, stateDir });
await fleet.initialize();
await fleet.start();
const jobs = await Promise.all(agents.map((name) => fleet.trigger(name)));
process.send?.(jobs.map(({ id }) => id));
