import { flushCompileCache } from "node:module";
import { FleetManager } from "@herdctl/core";

// A daemon in a process of its own, for tests that end it without warning.
const [configPath = "", stateDir = ""] = process.argv.slice(2);
const fleet = new FleetManager({ configPath, stateDir });
fleet.on("agent:started", ({ jobId }) => process.send?.({ started: jobId }));
fleet.on("job:output", ({ jobId, line }) => process.send?.({ [line.type]: jobId }));
process.on("message", (agentName: string) => void fleet.trigger(agentName));
await fleet.initialize();
await fleet.start();
process.send?.({ ready: true });
// Whoever is killed keeps nothing for the next one.
flushCompileCache();
