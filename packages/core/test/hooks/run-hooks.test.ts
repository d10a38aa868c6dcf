import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { ResolvedHook } from "../../src/config/resolved.ts";
import type { HookContext } from "../../src/hooks/context.ts";
import { type HooksOutcome, type HooksRequest, runHooks } from "../../src/hooks/run-hooks.ts";
import { runCommand } from "../../src/processes/run-command.ts";
import { createRedactor } from "../../src/redact.ts";
import type { HookResult } from "../../src/state/job-record.ts";
import { eventually } from "../runner/processes.ts";
import { temporaryFolder } from "../temporary-folder.ts";

let cwd: string;

beforeEach(async () => {
  cwd = await temporaryFolder();
});

function hook(command: string, more: Partial<ResolvedHook> = {}): ResolvedHook {
  const defaults = { continueOnError: true, onEvents: [], timeout: 120_000, idempotent: false };
  return { ...defaults, ...more, type: "shell", command };
}

function context(): HookContext {
  const id = `job-test-${randomUUID()}`;
  return {
    event: "completed",
    job: {
      id,
      agentId: "writer",
      trigger: "manual",
      prompt: "x",
      attempt: 1,
      startedAt: "2026-03-01T12:00:00.000Z",
    },
    result: { success: true, output: "Done." },
    agent: { id: "writer" },
  };
}

type Saved = Parameters<HooksRequest["save"]>[0];

async function run(
  hooks: readonly ResolvedHook[],
  more: Partial<HooksRequest> = {},
): Promise<HooksOutcome & { readonly saved: readonly Saved[] }> {
  const saved: Saved[] = [];
  const outcome = await runHooks({
    phase: "after_run",
    hooks,
    context: context(),
    cwd,
    placeOf: () => ({ env: { PATH: process.env["PATH"] ?? "" }, runCommand }),
    signal: new AbortController().signal,
    previous: [],
    redactor: createRedactor(["hunter2"]),
    now: () => "2026-03-01T12:00:05.000Z",
    save: (patch) => {
      saved.push(patch);
      return Promise.resolve();
    },
    ...more,
  });
  return { ...outcome, saved };
}

const started: HookResult = {
  phase: "after_run",
  index: 0,
  hookType: "shell",
  startedAt: "2026-03-01T12:00:00.000Z",
};

describe("hooks", () => {
  it("run one after the other, each recorded before it acts and afterwards", async () => {
    const log = join(cwd, "log");
    const seen: string[] = [];
    const { results, blocking, saved } = await run(
      [
        hook("cat >context.json; echo one >>log"),
        hook("cat log; echo two >>log", { name: "second" }),
      ],
      {
        save: async ({ hooks, process }) => {
          const written = existsSync(log) ? (await readFile(log, "utf8")).trim() : "";
          seen.push(`${hooks.length} ${process ? "start" : "end"} [${written.replace("\n", " ")}]`);
        },
      },
    );
    expect(seen).toEqual(["1 start []", "1 end [one]", "2 start [one]", "2 end [one two]"]);
    expect(saved).toEqual([]);
    expect(blocking).toBeUndefined();
    expect(results).toMatchObject([
      { index: 0, success: true, exitCode: 0, durationMs: expect.any(Number) },
      { index: 1, name: "second", success: true, output: "one\n" },
    ]);
    expect(JSON.parse(await readFile(join(cwd, "context.json"), "utf8"))).toMatchObject({
      event: "completed",
      result: { output: "Done." },
    });
  });

  it.each([
    ["exit 3", { exitCode: 3, error: "exit code 3" }],
    ["echo why >&2; exit 1", { error: "exit code 1: why" }],
    ["kill -KILL $$", { error: "ended by SIGKILL" }],
  ])("tell how %s failed and go on", async (command, expected) => {
    const { results, blocking } = await run([hook(command), hook("true")]);
    expect(results).toMatchObject([{ success: false, ...expected }, { success: true }]);
    expect(blocking).toBeUndefined();
  });

  it("are ended at their timeout with everything that they started", async () => {
    const { results } = await run([hook("setsid sleep 600 & sleep 600", { timeout: 200 })]);
    expect(results[0]).toMatchObject({ success: false, error: "ended after its timeout of 200ms" });
  });

  it("stop at one that fails without continue_on_error", async () => {
    const { results, blocking } = await run([
      hook("exit 1", { continueOnError: false }),
      hook("touch ran"),
    ]);
    expect(blocking).toMatchObject({ index: 0, success: false });
    expect(results).toHaveLength(1);
    expect(existsSync(join(cwd, "ran"))).toBe(false);
  });

  it("never show a secret", async () => {
    const { results } = await run([hook("echo hunter2; echo hunter2 >&2; exit 1")]);
    expect(JSON.stringify(results)).not.toContain("hunter2");
    expect(results[0]).toMatchObject({ output: "[secret]\n", error: "exit code 1: [secret]" });
  });

  it("keep the last part of a long output", async () => {
    const { results } = await run([hook("head -c 200000 /dev/zero | tr '\\0' x; echo end")]);
    expect(results[0]?.output).toHaveLength(65_536);
    expect(results[0]?.output?.endsWith("xend\n")).toBe(true);
  });

  it("end with the job that is cancelled", async () => {
    const cancel = new AbortController();
    const running = run([hook("touch started; sleep 60"), hook("touch second")], {
      signal: cancel.signal,
    });
    await eventually(() => existsSync(join(cwd, "started")), "the hook");
    cancel.abort("user");
    const { results, isAborted, blocking } = await running;
    expect(isAborted).toBe(true);
    expect(blocking).toBeUndefined();
    expect(results).toMatchObject([
      { success: false, error: expect.stringContaining("cancelled") },
    ]);
    expect(existsSync(join(cwd, "second"))).toBe(false);
  });

  it("that are not active yet are passed over", async () => {
    const network: ResolvedHook = {
      type: "webhook",
      url: "https://example.test",
      method: "POST",
      headers: {},
      continueOnError: false,
      onEvents: [],
      timeout: 1_000,
      idempotent: false,
    };
    const { results } = await run([network, hook("true")]);
    expect(results).toMatchObject([{ index: 1, success: true }]);
  });
});

describe("after a crash", () => {
  it("a hook with a result is not run again", async () => {
    const previous = [{ ...started, success: true, durationMs: 3 }];
    const { results } = await run([hook("touch ran"), hook("true")], { previous });
    expect(existsSync(join(cwd, "ran"))).toBe(false);
    expect(results).toMatchObject([
      { index: 0, durationMs: 3 },
      { index: 1, success: true },
    ]);
  });

  it("one that may have finished is not run again", async () => {
    const { results, blocking } = await run([hook("touch ran", { continueOnError: false })], {
      previous: [started],
    });
    expect(existsSync(join(cwd, "ran"))).toBe(false);
    expect(results).toMatchObject([
      { success: false, error: expect.stringContaining("idempotent") },
    ]);
    expect(blocking).toMatchObject({ index: 0 });
  });

  it("one that is idempotent is run again", async () => {
    const { results } = await run([hook("touch ran", { idempotent: true })], {
      previous: [started],
    });
    expect(existsSync(join(cwd, "ran"))).toBe(true);
    expect(results).toMatchObject([{ index: 0, success: true }]);
    expect(results).toHaveLength(1);
  });

  it("hooks of another list do not count", async () => {
    const previous = [{ ...started, phase: "before_run", success: true } as const];
    const { results } = await run([hook("touch ran")], { previous });
    expect(existsSync(join(cwd, "ran"))).toBe(true);
    expect(results).toHaveLength(2);
  });

  it("nothing runs that cannot be recorded", async () => {
    const save = () => Promise.reject(new Error("taken over"));
    await expect(run([hook("touch ran")], { save })).rejects.toThrow("taken over");
    expect(existsSync(join(cwd, "ran"))).toBe(false);
  });

  it("wherever that was, each hook acts once or is known to be in doubt; idempotent ones act", async () => {
    const crashes = fc.array(fc.record({ at: fc.nat(5), isStored: fc.boolean() }), {
      maxLength: 3,
    });
    const idempotent = fc.array(fc.boolean(), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(idempotent, crashes, async (kinds, points) => {
        await rm(join(cwd, "acts"), { force: true });
        const hooks = kinds.map((kind, index) =>
          hook(`echo ${index} >>acts`, { idempotent: kind }),
        );
        const results = await runThroughCrashes(hooks, points);
        const acts = existsSync(join(cwd, "acts"))
          ? (await readFile(join(cwd, "acts"), "utf8")).trim().split("\n")
          : [];
        expect(results.map(({ index }) => index)).toEqual(hooks.map((_, index) => index));
        for (const { index, success } of results) {
          const times = acts.filter((act) => act === String(index)).length;
          if (kinds[index]) expect(success).toBe(true);
          else expect(times).toBeLessThanOrEqual(1);
          if (success === true) expect(times).toBeGreaterThan(0);
        }
      }),
      { numRuns: 15 },
    );
  });
});

/** Runs hooks, starting anew with what was stored after each crash at the given write. */
async function runThroughCrashes(
  hooks: readonly ResolvedHook[],
  crashes: readonly { readonly at: number; readonly isStored: boolean }[],
): Promise<readonly HookResult[]> {
  let previous: readonly HookResult[] = [];
  for (const crash of [...crashes, undefined]) {
    let writes = 0;
    const save: HooksRequest["save"] = ({ hooks: entries }) => {
      const sinceCrash = crash === undefined ? -1 : writes - crash.at;
      writes += 1;
      if (sinceCrash < 0 || (sinceCrash === 0 && crash?.isStored)) previous = entries;
      return sinceCrash < 0 ? Promise.resolve() : Promise.reject(new Error("crash"));
    };
    await run(hooks, { previous, save }).catch(() => undefined);
  }
  return previous;
}
