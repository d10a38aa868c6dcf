import { openJobOutput, jobOutputFile } from "../../../src/state/job-output.ts";
import { createJob } from "../../../src/state/job-metadata.ts";
import { StateManager } from "../../../src/state/manager.ts";

// Writes jobs and output as fast as it can, and prints the id of each job once it is stored.
const state = await StateManager.open({ stateDir: process.argv[2] ?? "" });
await state.acquireLock();
const output = await openJobOutput({
  file: jobOutputFile(state.stateDir, "job-output"),
  attempt: 1,
});
for (;;) {
  const jobs = Array.from({ length: 20 }, () =>
    createJob(state, { agentName: "writer", prompt: "x".repeat(2_000), workingDirectory: "/work" }),
  );
  output.append({ type: "tool_result", text: "y".repeat(200_000) });
  for (const { id } of await Promise.all(jobs)) process.stdout.write(`${id}\n`);
}
