import { createServer } from "node:net";
import { once } from "node:events";
import { script } from "@herdctl/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExitReason } from "../../src/state/job-record.ts";
import { findJobProcesses } from "../../src/processes/reap.ts";
import { Bench, type Ran, type RunOptions } from "./harness.ts";

let bench: Bench;

beforeAll(async () => {
  bench = await Bench.open();
});

afterAll(() => bench[Symbol.asyncDispose]());

const always = { times: "always" } as const;
const quietly = (seconds: number): string => `python3 -c 'import time; time.sleep(${seconds})'`;
const unified = {
  "anthropic-ratelimit-unified-status": "rejected",
  "anthropic-ratelimit-unified-reset": "1800000000",
  "anthropic-ratelimit-unified-representative-claim": "five_hour",
};

interface Case {
  readonly name: string;
  readonly steps: ReturnType<typeof script>;
  readonly reason: ExitReason;
  readonly options?: RunOptions;
  /** Part of the outcome beyond its reason. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** Milliseconds, generous: several of these run beside other tests. */
  readonly within?: number;
}

const cases: readonly Case[] = [
  {
    name: "an answer",
    steps: script().text("Hello."),
    reason: "success",
    facts: { summary: "Hello.", turns: 1 },
  },
  {
    name: "a tool that worked",
    steps: script()
      .thinking("Let me see.")
      .tool("Bash", { command: "echo hi" })
      .text("It says hi."),
    reason: "success",
    facts: { summary: "It says hi.", permissionDenials: [] },
  },
  {
    name: "a background task that Claude waits for",
    steps: script()
      .tool("Bash", { command: quietly(1), run_in_background: true })
      .text("Started."),
    reason: "success",
  },
  {
    name: "an error that Claude got over",
    steps: script().error(529, { times: 1 }).text("Made it."),
    reason: "success",
    facts: { summary: "Made it." },
  },
  {
    name: "401 for a key",
    steps: script().error(401, always),
    reason: "auth",
    options: { agent: { env: { CLAUDE_CODE_MAX_RETRIES: "10" } } },
    facts: { apiErrorStatus: 401 },
    within: 10_000,
  },
  {
    name: "401 for a login",
    steps: script().error(401, always),
    reason: "auth",
    options: { login: true, agent: { env: { CLAUDE_CODE_MAX_RETRIES: "10" } } },
    facts: { apiErrorStatus: 401 },
    within: 10_000,
  },
  {
    name: "403",
    steps: script().error(403, always),
    reason: "auth",
    facts: { apiErrorStatus: 403 },
  },
  {
    name: "400",
    steps: script().error(400, always),
    reason: "error",
    facts: { apiErrorStatus: 400 },
  },
  {
    name: "404 for the model",
    steps: script().error(404, always),
    reason: "error",
    facts: { apiErrorStatus: 404 },
  },
  {
    name: "429",
    steps: script().error(429, always),
    reason: "rate_limited",
    facts: { apiErrorStatus: 429 },
  },
  {
    name: "429 with a long retry-after",
    steps: script().error(429, { ...always, headers: { "retry-after": "120" } }),
    reason: "rate_limited",
    facts: { apiErrorStatus: 429 },
  },
  {
    name: "a plan's limit",
    steps: script().error(429, { ...always, headers: unified }),
    reason: "rate_limited",
    options: { login: true },
    facts: {
      rateLimit: { status: "rejected", type: "five_hour", resetsAt: "2027-01-15T08:00:00.000Z" },
    },
  },
  {
    name: "529",
    steps: script().error(529, always),
    reason: "error",
    facts: { apiErrorStatus: 529 },
  },
  {
    name: "500",
    steps: script().error(500, always),
    reason: "error",
    facts: { apiErrorStatus: 500 },
  },
  { name: "a dropped connection", steps: script().fault("reset", always), reason: "error" },
  { name: "a cut stream", steps: script().text("Half a").cut("blocks", always), reason: "error" },
  {
    name: "a stream without an end",
    steps: script().text("Half a").cut("unfinished", always),
    reason: "error",
  },
  { name: "a malformed stream", steps: script().fault("malformed", always), reason: "error" },
  { name: "a web page in place of an API", steps: script().fault("html", always), reason: "error" },
  { name: "an empty answer", steps: script().stop().stop(), reason: "empty", facts: { turns: 2 } },
  {
    name: "too many turns",
    steps: script().repeat(script().tool("Bash", { command: "true" })),
    reason: "max_turns",
    options: { limits: { maxTurns: 2 } },
  },
  {
    name: "a spent budget",
    steps: script()
      .tool("Bash", { command: "true" }, { usage: { input: 1_000_000, output: 100_000 } })
      .text("Done."),
    reason: "budget",
    options: { limits: { maxBudgetUsd: 0.01 } },
  },
  {
    name: "a denied tool",
    steps: script().tool("Bash", { command: "rm -rf build" }).text("I was not allowed to."),
    reason: "denied",
    options: { agent: { permissionMode: "default" } },
    facts: {
      permissionDenials: [
        { toolName: "Bash", toolUseId: expect.any(String), input: { command: "rm -rf build" } },
      ],
    },
  },
  {
    name: "a denied tool and one that worked after it",
    steps: script()
      .tool("Bash", { command: "rm -rf build" })
      .tool("Bash", { command: "echo otherwise" })
      .text("Done otherwise."),
    reason: "success",
    options: { agent: { permissionMode: "default", allowedTools: ["Bash(echo:*)"] } },
    facts: { permissionDenials: [expect.objectContaining({ toolName: "Bash" })] },
  },
  {
    name: "a run that takes too long",
    steps: script()
      .tool("Bash", { command: quietly(60) })
      .text("Done."),
    reason: "timeout",
    options: { timeout: 3_000 },
    facts: { status: "failed" },
  },
  {
    name: "a run that takes too long in a stalled answer",
    steps: script().text("Let me").stall(),
    reason: "timeout",
    options: { timeout: 3_000 },
  },
  {
    name: "a background task that a timeout tears down",
    steps: script()
      .tool("Bash", { command: quietly(60), run_in_background: true })
      .text("Started."),
    reason: "timeout",
    options: { timeout: 4_000 },
  },
];

describe("the outcome of a run", () => {
  it.concurrent.each(cases)(
    "calls $name $reason",
    async ({ steps, reason, options, facts, within = 30_000 }) => {
      const ran = await bench.run(steps, options);
      expect(ran.outcome).toMatchObject({ exitReason: reason, ...facts });
      expect(ran.outcome.status === "completed").toBe(reason === "success");
      expect(ran.outcome.error === undefined).toBe(reason === "success");
      expect(ran.ms).toBeLessThan(within);
      expectNothingLeft(ran);
    },
  );

  it("is an error when nobody answers at the API's address", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const address = closed.address();
    closed.close();
    const port = typeof address === "object" ? address?.port : undefined;
    const ran = await bench.run(script().text("Never asked."), {
      agent: { env: { ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}` } },
    });
    expect(ran.outcome).toMatchObject({ status: "failed", exitReason: "error" });
    expectNothingLeft(ran);
  });

  it("is cancelled on request, with its cause, its cost and nothing left alive", async () => {
    const cancel = new AbortController();
    const ran = await bench.run(
      script()
        .tool("Bash", { command: quietly(60) })
        .text("Done."),
      {
        signal: cancel.signal,
        onLine: (line) => {
          if (line.type === "tool_use") setTimeout(() => cancel.abort("user"), 200);
        },
      },
    );
    expect(ran.outcome).toMatchObject({
      status: "cancelled",
      exitReason: "cancelled",
      cancelCause: "user",
    });
    expect(ran.outcome.costUsd).toBeGreaterThan(0);
    expect(ran.ms).toBeLessThan(20_000);
    expectNothingLeft(ran);
  });

  it.each(["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "is interrupted when somebody else sends claude %s",
    async (signal) => {
      let pid = 0;
      const ran = await bench.run(
        script()
          .tool("Bash", { command: quietly(60) })
          .text("Done."),
        {
          onRecord: (record) => {
            pid = record.pid;
            return Promise.resolve();
          },
          onLine: (line) => {
            if (line.type === "tool_use") process.kill(pid, signal);
          },
        },
      );
      expect(ran.outcome).toMatchObject({ status: "failed", exitReason: "interrupted" });
      expectNothingLeft(ran);
    },
  );
});

function expectNothingLeft(ran: Ran): void {
  expect(ran.survivors).toEqual([]);
  expect(ran.record).toBeDefined();
  if (ran.record) expect(findJobProcesses(ran.record)).toEqual([]);
}
