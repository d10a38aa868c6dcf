import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SDKMessage } from "@anthropic-ai/claude-agent-sdk";
import { claudeBinary, inPrompt, type Script, script } from "@herdctl/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findJobProcesses } from "../../src/processes/reap.ts";
import { agentEnvironment } from "../../src/runner/environment.ts";
import { toOutputEntries } from "../../src/runner/message-processor.ts";
import { CLIRuntime } from "../../src/runner/runtime/cli-runtime.ts";
import type { ExecuteOptions } from "../../src/runner/runtime/interface.ts";
import { createLocalLauncher } from "../../src/runner/runtime/launcher.ts";
import { attemptFiles } from "../../src/state/attempt-files.ts";
import type { ProcessRecord } from "../../src/state/job-record.ts";
import { startChild } from "../child.ts";
import { Bench, testAgent } from "./harness.ts";
import { eventually, uniqueJobId } from "./processes.ts";

let bench: Bench;

beforeAll(async () => {
  bench = await Bench.open();
});

afterAll(() => bench[Symbol.asyncDispose]());

const python = (code: string): string => `python3 -c '${code}'`;
const toolFor = (seconds: number): string => python(`import time; time.sleep(${seconds})`);

interface Given extends Partial<ExecuteOptions> {
  readonly onRecord?: (record: ProcessRecord) => void;
}

function optionsFor(given: Given): ExecuteOptions {
  const { onRecord, ...options } = given;
  const agent = options.agent ?? testAgent({ runtime: "cli", workingDirectory: bench.cwd });
  const jobId = options.jobId ?? uniqueJobId();
  return {
    agent,
    prompt: "Hi.",
    session: { mode: "new", id: randomUUID() },
    jobId,
    limits: {},
    signal: new AbortController().signal,
    files: attemptFiles(bench.cwd, jobId, 1),
    launcher: createLocalLauncher({
      cwd: bench.cwd,
      claudePath: claudeBinary(),
      env: agentEnvironment({ base: bench.environment(), agent, jobId }),
      jobId,
      agentName: agent.qualifiedName,
      lifeline: true,
      onRecord: async (record) => onRecord?.(record),
    }),
    ...options,
  };
}

function execute(given: Given = {}): Promise<SDKMessage[]> {
  return Array.fromAsync(new CLIRuntime().execute(optionsFor(given)));
}

/** What is the same in every run of a script. */
function gist(messages: readonly SDKMessage[]): readonly unknown[] {
  return messages
    .flatMap(toOutputEntries)
    .filter(({ subtype }) => subtype !== "task_progress")
    .map(({ type, subtype, text, toolName, input, isError, parentToolUseId }) =>
      type === "tool_result"
        ? { type, isError, inSubagent: parentToolUseId !== undefined }
        : { type, subtype, text, toolName, input, inSubagent: parentToolUseId !== undefined },
    );
}

const answers = (messages: readonly SDKMessage[]): readonly SDKMessage[] =>
  messages.filter((message) => message.type === "assistant");

describe("CLIRuntime", () => {
  it("yields answers in their final form, and the result last", async () => {
    const messages = await execute({
      prompt: inPrompt(
        script()
          .thinking("Hm.", { usage: { input: 7, output: 5 } })
          .tool("Bash", { command: "echo hi" })
          .subagent("Look.", script().text("Looking.").text("Seen."))
          .text("Done."),
      ),
    });
    expect(answers(messages).length).toBeGreaterThanOrEqual(5);
    for (const message of answers(messages)) {
      expect(message).toMatchObject({ message: { stop_reason: expect.any(String) } });
    }
    expect(messages.at(-1)).toMatchObject({ type: "result", result: "Done.", num_turns: 3 });
  });

  it("shows no prompt, system prompt or secret in the process list, and nobody else can read them", async () => {
    const secret = "tok-5up3r-s3cret";
    const agent = testAgent({
      runtime: "cli",
      workingDirectory: bench.cwd,
      systemPrompt: { append: secret },
      mcpServers: { files: { type: "stdio", command: "false", args: [], env: { TOKEN: secret } } },
    });
    const options = optionsFor({
      agent,
      prompt: `${secret} ${inPrompt(script().tool("Bash", { command: "ps axww >ps.txt" }).text("Done."))}`,
    });
    await Array.fromAsync(new CLIRuntime().execute(options));
    const list = await readFile(join(bench.cwd, "ps.txt"), "utf8");
    expect(list).toContain("--output-format=stream-json");
    expect(list).not.toContain(secret);
    expect((await stat(options.files.dir)).mode & 0o777).toBe(0o700);
    const names = await readdir(options.files.dir);
    expect(names.toSorted()).toEqual([
      "mcp.json",
      "prompt",
      "stderr.log",
      "stdout.jsonl",
      "system-prompt.md",
    ]);
    for (const name of names) {
      expect((await stat(join(options.files.dir, name))).mode & 0o777).toBe(0o600);
    }
  });

  it("reads of a resumed session only what the run adds", async () => {
    const id = randomUUID();
    const first = await execute({
      session: { mode: "new", id },
      prompt: inPrompt(script().text("One.")),
    });
    const options = optionsFor({
      session: { mode: "resume", id },
      prompt: inPrompt(script().text("Two.")),
    });
    const second = await Array.fromAsync(new CLIRuntime().execute(options));
    expect(gist(answers(first))).toMatchObject([{ text: "One." }]);
    expect(gist(answers(second))).toMatchObject([{ text: "Two." }]);
    expect(answers(second)).toMatchObject([{ message: { stop_reason: "end_turn" } }]);
    const start = JSON.parse(readFileSync(join(options.files.dir, "session-start.json"), "utf8"));
    expect(start).toEqual({ path: expect.stringContaining(id), offset: expect.any(Number) });
    expect(start.offset).toBeGreaterThan(1_000);
  });

  it("asks Claude to stop when it is aborted, and still tells the result", async () => {
    const abort = new AbortController();
    const begun = join(bench.cwd, uniqueJobId());
    const running = execute({
      signal: abort.signal,
      prompt: inPrompt(
        script()
          .tool("Bash", { command: `touch ${begun}; ${toolFor(60)}` })
          .text("No."),
      ),
    });
    await eventually(() => existsSync(begun), "the tool");
    abort.abort("user");
    expect((await running).at(-1)).toMatchObject({
      type: "result",
      subtype: "error_during_execution",
      total_cost_usd: expect.any(Number),
    });
  });

  it("takes one prompt, not a conversation", async () => {
    await expect(execute({ prompt: (async function* () {})() })).rejects.toMatchObject({
      code: "RUNNER_ERROR",
      message: expect.stringContaining("runtime: sdk"),
    });
  });

  it("tells what stood in the way before it says anything", async () => {
    const id = randomUUID();
    const prompt = inPrompt(script().text("One."));
    await execute({ session: { mode: "new", id }, prompt });
    await expect(execute({ session: { mode: "new", id }, prompt })).rejects.toMatchObject({
      code: "SDK_ERROR",
      message: expect.stringContaining("already in use"),
    });
  });
});

const work: Script = script()
  .text("On it.")
  .tool("Bash", { command: `touch begun; ${toolFor(1)}; echo one >>acts` })
  .subagent(
    "Look around.",
    script()
      .text("Looking.")
      .tool("Bash", { command: `${toolFor(1)}; echo two >>acts` })
      .text("Seen."),
  )
  .tool("Bash", { command: "echo three >>acts" })
  .text("Done.").steps;

/** Runs it in a process of its own, which can be killed. */
async function runElsewhere(cwd: string): Promise<{
  readonly kill: () => Promise<void>;
  readonly options: Given & Required<Pick<ExecuteOptions, "adopt" | "files">>;
}> {
  const [jobId, sessionId] = [uniqueJobId(), randomUUID()];
  const daemon = startChild("runner/children/run-until-killed.ts", {
    args: [jobId, sessionId, cwd, JSON.stringify(work), "cli"],
    env: bench.environment(),
  });
  const record = await daemon.next();
  return {
    kill: () => daemon.kill(),
    options: {
      jobId,
      session: { mode: "new", id: sessionId },
      files: attemptFiles(cwd, jobId, 1),
      adopt: JSON.parse(record),
    },
  };
}

interface Place {
  readonly cwd: string;
  readonly pid: number;
  readonly stdout: string;
}

/** Until then, the pid is that of a shell that waits to become it. */
function hasBegun(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith(`${claudeBinary()}\0`);
}

describe("a claude that is adopted", () => {
  it.each<[when: string, isTime: (place: Place) => boolean]>([
    ["before it has said anything", ({ pid }) => hasBegun(pid)],
    ["in a tool", ({ cwd }) => existsSync(join(cwd, "begun"))],
    ["in a subagent", ({ cwd }) => existsSync(join(cwd, "acts"))],
    ["after its end", ({ stdout }) => readFileSync(stdout, "utf8").includes('"type":"result"')],
  ])("says the same as an undisturbed one when its owner was killed %s", async (_when, isTime) => {
    const cwd = join(bench.cwd, uniqueJobId());
    await mkdir(cwd);
    const undisturbed = gist(await execute({ prompt: `Do it. ${inPrompt(work)}` }));
    const { kill, options } = await runElsewhere(cwd);
    const place = { cwd, pid: options.adopt.pid, stdout: options.files.stdout };
    await eventually(() => isTime(place), "the time to kill");
    await kill();

    const messages = await execute(options);
    expect(gist(messages)).toEqual(undisturbed);
    expect(messages.at(-1)).toMatchObject({ type: "result", result: "Done." });
    expect(await readFile(join(cwd, "acts"), "utf8")).toBe("one\ntwo\nthree\n");
    expect(await execute(options)).toEqual(messages);
    await eventually(() => findJobProcesses(options.adopt).length === 0, "the end");
  });

  it("never began where it left nothing", async () => {
    let record: ProcessRecord | undefined;
    const options = optionsFor({ onRecord: (stored) => (record = stored) });
    await mkdir(options.files.dir, { recursive: true });
    const claude = await options.launcher.startDetached(
      { command: "/bin/sh", args: ["-c", "exit 0"], env: options.launcher.env },
      options.files,
    );
    await eventually(() => !claude.isAlive(), "its end");
    expect(record).toEqual(claude.record);
    await expect(execute({ ...options, adopt: claude.record })).rejects.toMatchObject({
      code: "NEVER_BEGAN",
    });
  });

  it("was ended by somebody where it stopped in the middle", async () => {
    const options = optionsFor({});
    await mkdir(options.files.dir, { recursive: true });
    await writeFile(
      options.files.stdout,
      '{"type":"system","subtype":"init","uuid":"u1","session_id":"s1"}\n{"type":"assis',
    );
    const dead = { pid: 2 ** 22 - 1, startTicks: 1, bootId: "earlier", marker: options.jobId };
    expect(await execute({ ...options, adopt: dead })).toMatchObject([{ subtype: "init" }]);
  });

  it("is left to itself when its reader goes, asked nothing", async () => {
    const leave = new AbortController();
    let record: ProcessRecord | undefined;
    const options = optionsFor({
      leave: leave.signal,
      onRecord: (stored) => (record = stored),
      prompt: inPrompt(
        script()
          .tool("Bash", { command: toolFor(2) })
          .text("Done."),
      ),
    });
    const seen: SDKMessage[] = [];
    const reading = (async () => {
      for await (const message of new CLIRuntime().execute(options)) {
        seen.push(message);
        if (message.type === "assistant") leave.abort(new Error("going"));
      }
    })();
    await expect(reading).rejects.toThrow("going");
    expect(seen.at(-1)?.type).toBe("assistant");
    if (!record) throw new Error("nothing was started");
    const { leave: _leave, ...rest } = options;
    const messages = await execute({ ...rest, adopt: record });
    expect(messages.at(-1)).toMatchObject({ type: "result", result: "Done." });
  });
});
