import { tmpdir } from "node:os";
import type { Options, SDKMessage } from "@anthropic-ai/claude-agent-sdk";
import { describe, expect, it } from "vitest";
import type { ExecuteOptions } from "../../src/runner/runtime/interface.ts";
import { attemptFiles } from "../../src/state/attempt-files.ts";
import { type QueryFunction, SDKRuntime } from "../../src/runner/runtime/sdk-runtime.ts";
import { testAgent } from "./harness.ts";
import { failure, init, result, says } from "./messages.ts";
import { shellLauncher, uniqueJobId } from "./processes.ts";

interface Spoken {
  readonly query: QueryFunction;
  readonly calls: string[];
  options(): Options;
}

/** A `query()` that says this. */
function speaks(say: (options: Options) => AsyncIterable<SDKMessage>): Spoken {
  const calls: string[] = [];
  let given: Options = {};
  return {
    calls,
    options: () => given,
    query: ({ options = {} }) => {
      given = options;
      return {
        interrupt: () => {
          calls.push("interrupt");
          return Promise.reject(new Error("not streaming"));
        },
        close: () => void calls.push("close"),
        [Symbol.asyncIterator]: () => say(options)[Symbol.asyncIterator](),
      };
    },
  };
}

async function* thenThrows(
  messages: readonly SDKMessage[],
  error: Error,
): AsyncGenerator<SDKMessage> {
  yield* messages;
  throw error;
}

function request(changes: Partial<ExecuteOptions> = {}): ExecuteOptions {
  const jobId = uniqueJobId();
  return {
    agent: testAgent(),
    prompt: "Hi.",
    session: { mode: "new", id: "s1" },
    jobId,
    limits: {},
    signal: new AbortController().signal,
    files: attemptFiles(tmpdir(), jobId, 1),
    launcher: shellLauncher(jobId),
    ...changes,
  };
}

async function collect(spoken: Spoken, options = request()): Promise<SDKMessage[]> {
  return Array.fromAsync(new SDKRuntime({ query: spoken.query }).execute(options));
}

describe("SDKRuntime", () => {
  it("yields what the SDK says, and closes it", async () => {
    const messages = [init(), says("Hello."), result()];
    const spoken = speaks(() => thenEnds(messages));
    expect(await collect(spoken)).toEqual(messages);
    expect(spoken.calls).toEqual(["close"]);
    expect(spoken.options()).toMatchObject({ sessionId: "s1", mcpServersDelivery: "initialize" });
  });

  it("does not let the SDK's exception hide an error result", async () => {
    const messages = [init(), failure("error_max_turns", ["Reached 2"])];
    const spoken = speaks(() =>
      thenThrows(messages, new Error("Claude Code returned an error result")),
    );
    expect(await collect(spoken)).toEqual(messages);
    expect(spoken.calls).toEqual(["close"]);
  });

  it("fails with what claude wrote to stderr when there was no result", async () => {
    const spoken = speaks((options) => complains(options));
    const run = request();
    await expect(collect(spoken, run)).rejects.toMatchObject({
      name: "SDKError",
      code: "SDK_ERROR",
      jobId: run.jobId,
      message: "session is in use",
      sdkMessage: expect.any(Error),
    });
  });

  it("keeps only the end of a long complaint", async () => {
    const spoken = speaks((options) => complains(options, `x`.repeat(20_000)));
    const message = await collect(spoken).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(message.length).toBeLessThan(5_000);
    expect(message).toMatch(/session is in use$/);
  });

  it("keeps what the launcher says", async () => {
    const launcher = shellLauncher("job-1", { cwd: "/does/not/exist" });
    const spoken = speaks((options) => complains(options));
    await expect(collect(spoken, request({ launcher }))).rejects.toMatchObject({
      code: "WORKING_DIRECTORY",
    });
  });

  it.each(["before", "while"])("interrupts Claude when it is aborted %s it runs", async (when) => {
    const abort = new AbortController();
    if (when === "before") abort.abort("user");
    const spoken = speaks(async function* () {
      yield init();
      abort.abort("user");
      yield result();
    });
    expect(await collect(spoken, request({ signal: abort.signal }))).toHaveLength(2);
    expect(spoken.calls).toEqual(["interrupt", "close"]);
  });
});

async function* thenEnds(messages: readonly SDKMessage[]): AsyncGenerator<SDKMessage> {
  yield* messages;
}

async function* complains(options: Options, first = ""): AsyncGenerator<SDKMessage> {
  const claude = options.spawnClaudeCodeProcess?.({
    command: "/bin/sh",
    args: ["-c", `echo "${first}session is in use" >&2; exit 1`],
    env: {},
    signal: new AbortController().signal,
  });
  yield init();
  await new Promise<void>((resolve) => claude?.once("exit", () => setTimeout(resolve, 50)));
  throw new Error("exited with code 1");
}
