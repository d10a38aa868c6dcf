import { tmpdir } from "node:os";
import { ManualClock } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { createRedactor } from "../../src/redact.ts";
import { attemptFiles } from "../../src/state/attempt-files.ts";
import { type AttemptRequest, JobExecutor } from "../../src/runner/job-executor.ts";
import type { ExecuteOptions, RuntimeInterface } from "../../src/runner/runtime/interface.ts";
import { isAlive } from "../../src/processes/process-record.ts";
import type { SDKMessage } from "@anthropic-ai/claude-agent-sdk";
import type { ProcessRecord } from "../../src/state/job-record.ts";
import { MemoryOutput, testAgent } from "./harness.ts";
import { apiRetry, init, result, says } from "./messages.ts";
import { shellLauncher, uniqueJobId } from "./processes.ts";

/** A runtime that runs this script as its claude and then says this. */
function runtime(
  say: (options: ExecuteOptions) => AsyncGenerator<SDKMessage>,
  script = "exec sleep 60",
): RuntimeInterface {
  return {
    async *execute(options) {
      const claude = options.launcher.start({
        command: "/bin/sh",
        args: ["-c", script],
        env: options.launcher.env,
      });
      const failed = new Promise<never>((_, reject) => claude.once("error", reject));
      failed.catch(() => undefined);
      const messages = say(options);
      for (;;) {
        const next = await Promise.race([messages.next(), failed]);
        if (next.done === true) return;
        yield next.value;
      }
    },
  };
}

function request(changes: Partial<AttemptRequest> = {}): AttemptRequest {
  const jobId = uniqueJobId();
  return {
    jobId,
    agent: testAgent(),
    prompt: "Hi.",
    session: { mode: "new", id: "s1" },
    limits: {},
    launcher: (onRecord) => shellLauncher(jobId, { onRecord }),
    onRecord: () => Promise.resolve(),
    files: attemptFiles(tmpdir(), jobId, 1),
    output: new MemoryOutput(),
    redactor: createRedactor([]),
    signal: new AbortController().signal,
    ...changes,
  };
}

async function* attemptStart(
  { launcher }: ExecuteOptions,
  onRefusal: (reason: unknown) => void,
): AsyncGenerator<SDKMessage> {
  try {
    launcher.start({ command: "/bin/sh", args: ["-c", "sleep 60"], env: launcher.env });
    yield init();
  } catch (reason) {
    onRefusal(reason);
  }
}

const forever = (): Promise<never> => new Promise(() => undefined);

async function* answers(): AsyncGenerator<SDKMessage> {
  yield init();
  yield says("Done.");
  yield result();
}

async function* stalls(): AsyncGenerator<SDKMessage> {
  yield init();
  await forever();
}

describe("JobExecutor", () => {
  it("writes every line, tells each, and leaves nothing alive", async () => {
    const output = new MemoryOutput();
    const told: number[] = [];
    const attempt = await new JobExecutor({ runtime: runtime(answers) }).run(
      request({ output, onLine: (line) => told.push(line.seq) }),
    );
    expect(attempt.outcome).toMatchObject({ status: "completed", summary: "Done." });
    expect(output.lines.map((line) => line.type)).toEqual(["system", "assistant", "result"]);
    expect(told).toEqual([1, 2, 3]);
    expect(attempt.survivors).toEqual([]);
    expect(attempt.process && isAlive(attempt.process)).toBe(false);
  });

  it("is not disturbed by a listener that throws", async () => {
    const attempt = await new JobExecutor({ runtime: runtime(answers) }).run(
      request({
        onLine: () => {
          throw new Error("listener");
        },
      }),
    );
    expect(attempt.outcome.exitReason).toBe("success");
  });

  it("masks secrets in lines and outcome", async () => {
    const output = new MemoryOutput();
    const leaks = async function* (): AsyncGenerator<SDKMessage> {
      yield says("The key is s3cret.");
      yield result({ result: "Used s3cret." });
    };
    const attempt = await new JobExecutor({ runtime: runtime(leaks) }).run(
      request({ output, redactor: createRedactor(["s3cret"]) }),
    );
    expect(attempt.outcome.summary).toBe("Used [secret].");
    expect(JSON.stringify(output.lines)).not.toContain("s3cret");
  });

  it("starts nothing when it is cancelled already", async () => {
    let records = 0;
    const attempt = await new JobExecutor({ runtime: runtime(answers) }).run(
      request({
        signal: AbortSignal.abort("shutdown"),
        onRecord: () => {
          records += 1;
          return Promise.resolve();
        },
      }),
    );
    expect(attempt.outcome).toMatchObject({ status: "cancelled", cancelCause: "shutdown" });
    expect(attempt.process).toBeUndefined();
    expect(records).toBe(0);
  });

  it("ends what an earlier owner has started, when the runtime fails before it joins that", async () => {
    const earlier = request();
    const claude = earlier
      .launcher(earlier.onRecord)
      .start({ command: "/bin/sh", args: ["-c", "sleep 60"], env: { PATH: process.env["PATH"] } });
    const fails: RuntimeInterface = {
      execute() {
        throw new Error("no place for it");
      },
    };
    const attempt = await new JobExecutor({ runtime: fails }).run(
      request({ adopt: claude.record }),
    );
    expect(attempt).toMatchObject({ outcome: { exitReason: "error" }, process: claude.record });
    expect(isAlive(claude.record)).toBe(false);
  });

  it("lets claude do nothing when its record cannot be stored, and says why", async () => {
    const attempt = await new JobExecutor({
      runtime: runtime(stalls, "touch /tmp/must-not-exist-herdctl"),
    }).run(request({ onRecord: () => Promise.reject(new Error("the job has another owner")) }));
    expect(attempt.outcome).toMatchObject({
      exitReason: "error",
      error: { message: "the job has another owner" },
    });
    expect(attempt.process && isAlive(attempt.process)).toBe(false);
  });

  it.each([
    ["ends", "interrupted", async function* () {}],
    [
      "throws",
      "error",
      async function* () {
        yield await Promise.reject<SDKMessage>(new Error("cannot start"));
      },
    ],
  ])("fails when the runtime %s without a word: %s", async (_how, exitReason, say) => {
    const attempt = await new JobExecutor({ runtime: runtime(say) }).run(request());
    expect(attempt.outcome).toMatchObject({ status: "failed", exitReason });
    expect(attempt.survivors).toEqual([]);
  });

  it.each(["append", "flush"] as const)(
    "ends the run when the output fails to %s",
    async (what) => {
      const output = new MemoryOutput();
      const failing = Object.assign(output, {
        [what]: () => {
          throw new Error("disk full");
        },
      });
      const say = what === "append" ? stalls : answers;
      const attempt = await new JobExecutor({ runtime: runtime(say) }).run(
        request({ output: failing }),
      );
      expect(attempt.outcome).toMatchObject({
        exitReason: "error",
        error: { message: "disk full" },
      });
      expect(attempt.process && isAlive(attempt.process)).toBe(false);
    },
  );

  it("ends a claude that goes on after its runtime has finished", async () => {
    let record: ProcessRecord | undefined;
    const attempt = await new JobExecutor({
      runtime: runtime(answers, "trap '' INT TERM; while :; do sleep 1; done"),
    }).run(
      request({
        onRecord: (stored) => {
          record = stored;
          return Promise.resolve();
        },
      }),
    );
    expect(attempt.outcome.exitReason).toBe("success");
    expect(record && isAlive(record)).toBe(false);
  });

  it("makes a claude stop that does not answer a cancel, and a runtime that does not notice", async () => {
    const cancel = new AbortController();
    const running = new JobExecutor({ runtime: runtime(stalls) }).run(
      request({ signal: cancel.signal, onLine: () => cancel.abort("user") }),
    );
    const attempt = await running;
    expect(attempt.outcome).toMatchObject({ status: "cancelled", cancelCause: "user" });
    expect(attempt.process && isAlive(attempt.process)).toBe(false);
  });

  it("starts nothing any more once a slow runtime gets to it after a cancel", async () => {
    const cancel = new AbortController();
    const late = Promise.withResolvers<void>();
    const refused = Promise.withResolvers<unknown>();
    const slow: RuntimeInterface = {
      async *execute(options) {
        yield init();
        await late.promise;
        yield* attemptStart(options, refused.resolve);
      },
    };
    const attempt = await new JobExecutor({ runtime: slow }).run(
      request({ signal: cancel.signal, onLine: () => cancel.abort("user") }),
    );
    expect(attempt.process).toBeUndefined();
    late.resolve();
    expect(await refused.promise).toBe("user");
  });

  it("times out by the clock it was given", async () => {
    const clock = new ManualClock();
    const lingers = async function* (options: ExecuteOptions): AsyncGenerator<SDKMessage> {
      yield init();
      await clock.advance(60_000);
      expect(options.signal.aborted).toBe(true);
      yield result();
    };
    const attempt = await new JobExecutor({ runtime: runtime(lingers), clock }).run(
      request({ timeout: 60_000 }),
    );
    expect(attempt.outcome.exitReason).toBe("timeout");
  });

  it("stops at the first refusal of a key", async () => {
    const refused = async function* (options: ExecuteOptions): AsyncGenerator<SDKMessage> {
      yield init();
      yield apiRetry(401);
      expect(options.signal.aborted).toBe(true);
      yield result({ subtype: "error_during_execution", is_error: true, errors: ["interrupted"] });
      await forever();
    };
    const attempt = await new JobExecutor({ runtime: runtime(refused) }).run(request());
    expect(attempt.outcome).toMatchObject({
      exitReason: "auth",
      error: { message: expect.stringContaining("HTTP 401") },
    });
  });
});
