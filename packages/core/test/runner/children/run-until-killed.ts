import { claudeBinary, inPrompt } from "@herdctl/testing";
import { createRedactor } from "../../../src/redact.ts";
import { agentEnvironment } from "../../../src/runner/environment.ts";
import { JobExecutor } from "../../../src/runner/job-executor.ts";
import { createLocalLauncher } from "../../../src/runner/runtime/launcher.ts";
import { RuntimeFactory } from "../../../src/runner/runtime/factory.ts";
import { attemptFiles } from "../../../src/state/attempt-files.ts";
import { MemoryOutput, testAgent } from "../harness.ts";

/** Runs one job as a daemon would, and tells its process record: made to be killed. */
const [jobId = "", sessionId = "", cwd = "", script = "", type] = process.argv.slice(2);
const runtime = type === "cli" ? "cli" : "sdk";
const agent = testAgent({ workingDirectory: cwd, runtime });

await new JobExecutor({ runtime: RuntimeFactory.create(agent) }).run({
  jobId,
  agent,
  prompt: `Do it. ${inPrompt(JSON.parse(script))}`,
  session: { mode: "new", id: sessionId },
  limits: {},
  launcher: (onRecord) =>
    createLocalLauncher({
      cwd,
      claudePath: claudeBinary(),
      env: agentEnvironment({ base: process.env, agent, jobId }),
      jobId,
      agentName: agent.qualifiedName,
      lifeline: true,
      onRecord,
    }),
  onRecord: (record) => {
    process.stdout.write(`${JSON.stringify(record)}\n`);
    return Promise.resolve();
  },
  files: attemptFiles(cwd, jobId, 1),
  output: new MemoryOutput(),
  redactor: createRedactor([]),
  signal: new AbortController().signal,
});
