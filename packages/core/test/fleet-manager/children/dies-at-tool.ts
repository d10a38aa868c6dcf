import { FleetManager } from "@herdctl/core";

// A daemon that dies at a tool call, before the call is in the job's output.
const [configPath = "", stateDir = ""] = process.argv.slice(2);
const fleet = new FleetManager({ configPath, stateDir });
fleet.on("agent:started", ({ jobId }) => process.send?.({ started: jobId }));
fleet.on("job:output", ({ line }) => {
  if (line.type === "tool_use") process.kill(process.pid, "SIGKILL");
});
await fleet.initialize();
await fleet.start();
await fleet.trigger("a");
