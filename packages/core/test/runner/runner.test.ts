import { inPrompt, script } from "@herdctl/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ResolvedAgent } from "../../src/config/resolved.ts";
import { createJobId } from "../../src/ids.ts";
import { RunnerError, SDKError } from "../../src/runner/errors.ts";
import { createNodeId, isNodeAlive } from "../../src/runner/node-identity.ts";
import { AgentRunner, runAgent } from "../../src/runner/runner.ts";
import type { QueryFunction } from "../../src/runner/runtime/sdk-runtime.ts";
import { createJob, updateJob } from "../../src/state/job-metadata.ts";
import { jobOutputFile, readJobOutput } from "../../src/state/job-output.ts";
import type { JobRecord } from "../../src/state/job-record.ts";
import { StateManager } from "../../src/state/manager.ts";
import type { OutputLine } from "../../src/state/output-line.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { Bench, testAgent } from "./harness.ts";
import { init, result, says } from "./messages.ts";

let bench: Bench;
let stateDir: string;

beforeAll(async () => {
  bench = await Bench.open();
});

afterAll(() => bench[Symbol.asyncDispose]());

beforeEach(async () => {
  stateDir = await temporaryFolder();
});

const newJob = (): string => createJobId(Date.now());
const prompt = (steps: ReturnType<typeof script>): string => `Do it. ${inPrompt(steps)}`;
const agent = (changes: Partial<ResolvedAgent> = {}): ResolvedAgent =>
  testAgent({ workingDirectory: bench.cwd, env: bench.environment(), ...changes });

async function recordOf(jobId: string): Promise<JobRecord | undefined> {
  const state = await StateManager.open({ stateDir });
  try {
    return state.store.jobs.get(jobId);
  } finally {
    await state.close();
  }
}

describe("runAgent", () => {
  it("runs an agent and records the job, its output and its session", async () => {
    const jobId = newJob();
    const lines: OutputLine[] = [];
    const { outcome, ...ran } = await runAgent({
      agent: agent(),
      prompt: prompt(script().tool("Bash", { command: "echo hi" }).text("It says hi.")),
      jobId,
      stateDir,
      onOutput: (line) => lines.push(line),
    });
    expect(ran).toEqual({
      success: true,
      jobId,
      sessionId: outcome.sessionId,
      summary: "It says hi.",
    });
    expect(await recordOf(jobId)).toMatchObject({
      status: "completed",
      exitReason: "success",
      agentName: "writer",
      sessionId: ran.sessionId,
      summary: "It says hi.",
      attempt: 1,
      turns: 2,
      session: { mode: "new" },
      process: { marker: jobId },
    });
    const stored = await Array.fromAsync(readJobOutput(jobOutputFile(stateDir, jobId)));
    expect(stored).toEqual(lines);
    expect(stored.map((line) => line.type)).toContain("tool_result");
  });

  it("tells a failed run as a result", async () => {
    const jobId = newJob();
    const ran = await runAgent({
      agent: agent(),
      prompt: prompt(script().error(403, { times: "always" })),
      jobId,
      stateDir,
    });
    expect(ran).toMatchObject({ success: false, outcome: { exitReason: "auth" } });
    expect(ran.error).toBeInstanceOf(SDKError);
    expect(await recordOf(jobId)).toMatchObject({ status: "failed", exitReason: "auth" });
  });

  const missing = { workingDirectory: "/does/not/exist" };

  it("records a missing folder as the reason", async () => {
    const jobId = newJob();
    const ran = await runAgent({ agent: agent(missing), prompt: "Hi.", jobId, stateDir });
    expect(ran.error).toBeInstanceOf(RunnerError);
    const end = { status: "failed", error: { code: "WORKING_DIRECTORY" } };
    expect(ran.outcome).toMatchObject(end);
    expect(await recordOf(jobId)).toMatchObject(end);
  });

  it("runs an agent through the CLI", async () => {
    const jobId = newJob();
    const ran = await runAgent({
      agent: agent({ runtime: "cli" }),
      prompt: prompt(script().text("Done.")),
      jobId,
      stateDir,
    });
    expect(ran).toMatchObject({ success: true, summary: "Done." });
    expect(await recordOf(jobId)).toMatchObject({ status: "completed", runtime: "cli" });
  });

  it("needs a session to fork", async () => {
    const run = runAgent({ agent: agent(), prompt: "Hi.", jobId: "job-1", stateDir, fork: true });
    await expect(run).rejects.toMatchObject({ code: "RUNNER_ERROR", jobId: "job-1" });
  });

  it("refuses a job id that is taken", async () => {
    const jobId = newJob();
    const options = { agent: agent(missing), prompt: "Hi.", jobId, stateDir } as const;
    await runAgent(options);
    await expect(runAgent(options)).rejects.toMatchObject({ code: "INVALID_REQUEST" });
  });

  it("is cancelled by its signal", async () => {
    const jobId = newJob();
    const cancel = new AbortController();
    const ran = await runAgent({
      agent: agent(),
      prompt: prompt(script().text("Let me").stall()),
      jobId,
      stateDir,
      signal: cancel.signal,
      onOutput: () => cancel.abort("user"),
    });
    expect(ran.outcome).toMatchObject({ exitReason: "cancelled", cancelCause: "user" });
    expect(await recordOf(jobId)).toMatchObject({ status: "cancelled", exitReason: "cancelled" });
  });
});

describe("AgentRunner", () => {
  it("resumes and forks the sessions that it has run", async () => {
    const runner = new AgentRunner(stateDir);
    const first = await runner.run({
      agent: agent(),
      prompt: prompt(script().text("One.")),
      jobId: newJob(),
    });
    const second = await runner.resume(first.sessionId, prompt(script().text("Two.")));
    expect(second).toMatchObject({ success: true, sessionId: first.sessionId, summary: "Two." });

    const forked = await runner.fork(first.sessionId, prompt(script().text("Three.")));
    expect(forked).toMatchObject({ success: true, summary: "Three." });
    expect(forked.sessionId).not.toBe(first.sessionId);
    expect(await recordOf(forked.jobId)).toMatchObject({
      session: { mode: "fork", from: first.sessionId },
    });
  });

  it("resumes a session of an earlier process for an agent that it is given", async () => {
    const options = { query: quickQuery };
    const first = await new AgentRunner(stateDir, options).run({
      agent: agent(),
      prompt: "Hi.",
      jobId: newJob(),
    });
    await expect(new AgentRunner(stateDir).resume(first.sessionId, "Go on.")).rejects.toThrow(
      /belongs to agent "writer"/,
    );
    const later = new AgentRunner(stateDir, { ...options, agents: [agent()] });
    expect(await later.resume(first.sessionId, "Go on.")).toMatchObject({ success: true });
  });

  it("names a session that does not exist", async () => {
    await expect(new AgentRunner(stateDir).resume("nobody", "Hi.")).rejects.toMatchObject({
      code: "RUNNER_ERROR",
      message: expect.stringContaining("nobody"),
    });
  });

  it("never lets two runs share a session", async () => {
    const runner = new AgentRunner(stateDir, { query: quickQuery });
    const { sessionId } = await runner.run({ agent: agent(), prompt: "Hi.", jobId: newJob() });
    const state = await StateManager.open({ stateDir });
    const other = newJob();
    await createJob(state, {
      id: other,
      agentName: "writer",
      prompt: "x",
      workingDirectory: bench.cwd,
    });
    const leaseUntil = new Date(Date.now() + 60_000).toISOString();
    const running = await updateJob(state, other, { status: "running", node: "n", leaseUntil });
    expect(await state.store.sessions.lease(sessionId, running)).toBe(true);
    await state.close();

    const ran = await runner.resume(sessionId, "Go on.");
    expect(ran).toMatchObject({ success: false, outcome: { exitReason: "error" } });
    expect(ran.error?.message).toContain("is in use");
  });

  it("uses the configured binary, and says so when it is missing", async () => {
    const runner = new AgentRunner(stateDir, { claudePath: "/no/claude", env: {} });
    const ran = await runner.run({ agent: agent(), prompt: "Hi.", jobId: newJob() });
    expect(ran.outcome.error).toMatchObject({ code: "CLAUDE_NOT_FOUND" });
  });

  it("masks the secrets it is told of", async () => {
    const lines: OutputLine[] = [];
    const runner = new AgentRunner(stateDir, { query: quickQuery, secrets: ["Hello"] });
    const ran = await runner.run({
      agent: agent(),
      prompt: "Hi.",
      jobId: newJob(),
      onOutput: (line) => lines.push(line),
    });
    expect(ran.summary).toBe("[secret] there.");
    expect(JSON.stringify(lines)).not.toContain("Hello");
  });
});

describe("createNodeId", () => {
  it("tells a living owner from a dead one, and believes other machines", () => {
    const node = createNodeId();
    expect(isNodeAlive(node)).toBe(true);
    expect(isNodeAlive(node.replace(/\d+$/, "1"))).toBe(false);
    expect(isNodeAlive(`elsewhere/${node.split("/").slice(1).join("/")}`)).toBe(true);
  });
});

/** Answers at once, without a process. */
const quickQuery: QueryFunction = ({ options = {} }) => ({
  interrupt: () => Promise.resolve(undefined),
  close: () => undefined,
  async *[Symbol.asyncIterator]() {
    const session = { session_id: options.resume ?? options.sessionId };
    yield init(session);
    yield says("Hello there.");
    yield result({ ...session, result: "Hello there." });
  },
});
