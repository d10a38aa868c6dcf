import type { SDKMessage } from "@anthropic-ai/claude-agent-sdk";
import { describe, expect, it } from "vitest";
import {
  apiRetry,
  assistant,
  backgroundTasks,
  denial,
  failure,
  init,
  result,
  says,
  taskStopped,
  toolResult,
  wire,
  wireUsage,
} from "../../test/runner/messages.ts";
import { FleetManagerError } from "../errors.ts";
import type { ExitReason } from "../state/job-record.ts";
import { SDKError } from "./errors.ts";
import { decideOutcome, isHopeless, type Outcome, type RunEnd, toFinishJob } from "./outcome.ts";
import { addFacts, noFacts, type RunFacts } from "./run-facts.ts";

const fold = (messages: readonly SDKMessage[]): RunFacts => messages.reduce(addFacts, noFacts);
const outcomeOf = (messages: readonly SDKMessage[], end?: RunEnd): Outcome =>
  decideOutcome(fold(messages), end);
const apiError = (status: number | null, text = "API Error"): SDKMessage =>
  result({ is_error: true, api_error_status: status, result: text, terminal_reason: "api_error" });
const full = new FleetManagerError("disk full", { code: "STATE_DIR" });

type Row = readonly [string, ExitReason, readonly SDKMessage[], RunEnd?];

const table: readonly Row[] = [
  ["an answer", "success", [init(), says("Done."), result()]],
  ["a success with is_error and no status", "error", [init(), apiError(null)]],
  ["a success with is_error and 401", "auth", [init(), apiError(401)]],
  ["a success with is_error and 403", "auth", [init(), apiError(403)]],
  ["a success with is_error and 429", "rate_limited", [init(), apiError(429)]],
  ["a success with is_error and 529", "error", [init(), apiError(529)]],
  [
    "an assistant message that says the login is gone",
    "auth",
    [assistant([], { error: "authentication_failed" }), failure("error_during_execution", ["x"])],
  ],
  [
    "an account on hold",
    "auth",
    [assistant([], { error: "account_on_hold" }), failure("error_during_execution", ["x"])],
  ],
  [
    "an assistant message that says the limit is reached",
    "rate_limited",
    [assistant([], { error: "rate_limit" }), failure("error_during_execution", ["x"])],
  ],
  [
    "an execution error long after a 429 that was overcome",
    "error",
    [apiRetry(429, 1, "rate_limit"), says("On it."), failure("error_during_execution", ["broken"])],
  ],
  ["no more turns", "max_turns", [failure("error_max_turns", ["Reached 2"])]],
  ["a spent budget", "budget", [failure("error_max_budget_usd", ["Reached $1"])]],
  ["output that never fits", "error", [failure("error_max_structured_output_retries", [])]],
  ["no message at all", "interrupted", []],
  ["no result", "interrupted", [init(), says("Hel")]],
  ["no result after a limit", "rate_limited", [init(), apiRetry(429)]],
  ["a result without a turn", "empty", [result({ num_turns: 0 })]],
  ["a result without an answer", "empty", [result({ result: " \n" })]],
  [
    "structured output without an answer",
    "success",
    [result({ result: "", structured_output: {} })],
  ],
  ["a broken stream that claims success", "error", [says("Hel"), result({ stop_reason: null })]],
  [
    "a local command, which no model answers",
    "success",
    [result({ num_turns: 0, stop_reason: null, local_command: "context" })],
  ],
  ["a hook that stopped the run", "error", [result({ terminal_reason: "hook_stopped" })]],
  ["an older version's result", "success", [result({ terminal_reason: undefined })]],
  [
    "a denied tool",
    "denied",
    [toolResult("a", true), result({ permission_denials: [denial("a")] })],
  ],
  [
    "a denied tool, then one that failed",
    "denied",
    [toolResult("a", true), toolResult("b", true), result({ permission_denials: [denial("a")] })],
  ],
  [
    "a denied tool, then one that worked",
    "success",
    [toolResult("a", true), toolResult("b"), result({ permission_denials: [denial("a")] })],
  ],
  ["a tool that failed but was not denied", "success", [toolResult("a", true), result()]],
  [
    "a background task that still runs",
    "error",
    [backgroundTasks({ task_id: "t", description: "build" }), result()],
  ],
  [
    "a watcher that always runs",
    "success",
    [backgroundTasks({ task_id: "t", description: "watch", ambient: true }), result()],
  ],
  ["a background task stopped after the result", "error", [result(), taskStopped("build")]],
  ["a background task that Claude stopped itself", "success", [taskStopped("build"), result()]],
  ["another turn after a background task", "success", [apiError(529), says("Now."), result()]],
  ["an error after a first success", "error", [result(), failure("error_during_execution", ["x"])]],
  ["a cancel", "cancelled", [failure("error_during_execution", ["x"])], { cause: "user" }],
  ["a cancel that came before the success", "cancelled", [result()], { cause: "shutdown" }],
  ["a timeout", "timeout", [init()], { cause: "timeout" }],
  ["hopeless credentials", "auth", [apiRetry(401)], { hopeless: true }],
  ["output that cannot be written", "error", [init(), result()], { error: full }],
  ["claude killed by somebody else", "interrupted", [init()], { signal: "SIGKILL" }],
  [
    "claude killed, as the SDK tells it",
    "interrupted",
    [init()],
    { signal: "SIGTERM", error: new SDKError("terminated by signal SIGTERM", "job-1") },
  ],
  [
    "claude interrupted by somebody else",
    "interrupted",
    [failure("error_during_execution", ["x"], { terminal_reason: "aborted_streaming" })],
  ],
  ["claude killed because the disk is full", "error", [init()], { signal: "SIGKILL", error: full }],
];

describe("decideOutcome", () => {
  it.each(table.map(([name, reason, messages, end]) => ({ name, reason, messages, end })))(
    "calls $name $reason",
    ({ reason, messages, end }) => {
      const outcome = outcomeOf(messages, end);
      expect(outcome.exitReason).toBe(reason);
      expect(outcome.status).toBe(
        reason === "success" ? "completed" : reason === "cancelled" ? "cancelled" : "failed",
      );
      expect(outcome.error === undefined).toBe(reason === "success");
    },
  );

  it("keeps the last answer that was not empty, all turns and the last result's list", () => {
    const outcome = outcomeOf([init(), result({ result: "First." }), result({ result: "" })]);
    expect(outcome).toMatchObject({ summary: "First.", turns: 2, sessionId: "session-1" });
  });

  it("adds up what was used since each result, so that a resumed session starts at nothing", () => {
    const since = (tokens: number, cost: number): SDKMessage =>
      result({
        modelUsage: { opus: wireUsage(1_000, 9) },
        model_usage_since_last_result: { opus: wireUsage(tokens, cost) },
      });
    expect(outcomeOf([since(10, 0.25), since(20, 0.5)])).toMatchObject({
      costUsd: 0.75,
      usage: {
        opus: {
          inputTokens: 30,
          outputTokens: 2,
          cacheReadTokens: 4,
          cacheCreationTokens: 6,
          costUsd: 0.75,
        },
      },
    });
  });

  it("takes the running total of a version that tells no more", () => {
    expect(
      outcomeOf([result(), result({ modelUsage: { opus: wireUsage(30, 1.5) } })]),
    ).toMatchObject({ costUsd: 1.5, usage: { opus: { inputTokens: 30 } } });
  });

  it("lists a denial once, with its input", () => {
    const announced = wire({
      type: "system",
      subtype: "permission_denied",
      tool_name: "Bash",
      tool_use_id: "a",
    });
    const { permissionDenials } = outcomeOf([
      announced,
      result({ permission_denials: [denial("a")] }),
    ]);
    expect(permissionDenials).toEqual([
      { toolName: "Bash", toolUseId: "a", input: { command: "rm" } },
    ]);
    expect(outcomeOf([announced]).permissionDenials).toHaveLength(1);
  });

  it("tells when a plan's window starts anew", () => {
    const info = { status: "rejected", resetsAt: 1_800_000_000, rateLimitType: "five_hour" };
    const outcome = outcomeOf([
      wire({ type: "rate_limit_event", rate_limit_info: info }),
      apiError(429),
    ]);
    expect(outcome.rateLimit).toEqual({
      status: "rejected",
      resetsAt: "2027-01-15T08:00:00.000Z",
      type: "five_hour",
    });
    expect(outcome.apiErrorStatus).toBe(429);
  });

  it.each([
    [
      failure("error_during_execution", ["[ede_diagnostic] result_type=user", "No such session"]),
      "No such session",
    ],
    [
      failure("error_during_execution", ["[ede_diagnostic] x"]),
      "Claude Code reported error_during_execution.",
    ],
    [apiError(529, "API Error: Overloaded"), "API Error: Overloaded"],
  ] as const)("says it in words for a person", (last, message) => {
    expect(outcomeOf([last]).error?.message).toBe(message);
  });

  it.each([
    [true, [apiRetry(529), assistant([], { error: "server_error" }), apiError(529)]],
    [true, [apiRetry(null), assistant([], { error: "server_error" }), apiError(null)]],
    [true, [assistant([], { error: "unknown" }), apiError(408)]],
    [true, [assistant([], { error: "rate_limit" }), apiError(429)]],
    [undefined, [assistant([], { error: "unknown" }), apiError(400)]],
    [undefined, [assistant([], { error: "model_not_found" }), apiError(404)]],
    [undefined, [assistant([], { error: "invalid_request" }), apiError(413)]],
    [undefined, [failure("error_during_execution", ["No conversation found"])]],
  ] as const)("may be gone in a while: %s", (expected, messages) => {
    expect(outcomeOf(messages).isTransient).toBe(expected);
  });

  it.each([
    ["is no success, and names the call", {}, undefined, "toolu_1"],
    ["counts for nothing when somebody asked for the end", {}, { cause: "user" }, undefined],
    ["counts for nothing when herdctl failed", {}, { error: full }, undefined],
    ["is one only with a call", { deferred_tool_use: undefined }, undefined, undefined],
    ["is one only when it is why the run ended", { terminal_reason: "completed" }, {}, undefined],
  ] as const)("a call that was put off %s", (_, changes, end, putOff) => {
    const deferred = {
      result: "",
      terminal_reason: "tool_deferred",
      deferred_tool_use: { id: "toolu_1", name: "Bash", input: {} },
    };
    const outcome = outcomeOf([init(), result({ ...deferred, ...changes })], end);
    expect(outcome.putOff).toBe(putOff);
    expect(outcome.exitReason).not.toBe("success");
  });

  it("is no success when a call was put off and forgotten", () => {
    const deferred = result({ result: "", terminal_reason: "tool_deferred" });
    const outcome = outcomeOf([init(), deferred, says("Late."), result()]);
    expect(outcome.putOff).toBeUndefined();
    expect(outcome.exitReason).toBe("error");
    expect(outcome.error?.message).toMatch(/^A tool call that waits for a person was lost/);
  });

  it("says that a call which was put off could not be made, and may be tried again", () => {
    const message = "mcp__x__y isn't available";
    const reason = { terminal_reason: "tool_deferred_unavailable", is_error: true };
    const outcome = outcomeOf([init(), result({ ...reason, result: message })]);
    expect(outcome).toMatchObject({
      exitReason: "error",
      isTransient: true,
      error: { message, code: "TOOL_UNAVAILABLE" },
    });
  });

  it("keeps the code of an error of ours", () => {
    expect(outcomeOf([], { error: full }).error).toEqual({
      message: "disk full",
      code: "STATE_DIR",
    });
    expect(outcomeOf([], { error: "odd" }).error).toEqual({ message: "odd" });
  });

  it("names the HTTP status of a refusal only where there is one", () => {
    const end = { hopeless: true };
    expect(outcomeOf([apiRetry(401)], end).error?.message).toContain("(HTTP 401)");
    expect(
      outcomeOf([apiRetry(null, 1, "authentication_failed")], end).error?.message,
    ).not.toContain("HTTP");
  });
});

describe("isHopeless", () => {
  it.each([
    ["a key refused once", true, [init(), apiRetry(401, 1)]],
    ["a key forbidden", true, [init(), apiRetry(403, 1)]],
    [
      "a login refused once, which may be renewed",
      false,
      [init({ apiKeySource: "none" }), apiRetry(401, 1)],
    ],
    ["a login refused twice", true, [init({ apiKeySource: "oauth" }), apiRetry(401, 2)]],
    ["an overloaded API", false, [init(), apiRetry(529, 5)]],
    ["a refusal that was overcome", false, [init(), apiRetry(401, 1), says("Hello.")]],
    [
      "a refusal that Claude Code reports itself",
      false,
      [init(), assistant([], { error: "authentication_failed" })],
    ],
  ])("calls %s: %s", (_name, expected, messages) => {
    expect(isHopeless(fold(messages))).toBe(expected);
  });
});

describe("toFinishJob", () => {
  it("keeps what the record has a place for", () => {
    const finish = toFinishJob(outcomeOf([apiRetry(429), apiError(429)], { cause: "user" }));
    expect(Object.keys(finish).toSorted()).toEqual([
      "costUsd",
      "error",
      "exitReason",
      "permissionDenials",
      "sessionId",
      "status",
      "turns",
      "usage",
    ]);
  });
});

describe("addFacts", () => {
  it("passes over messages that say nothing about the end", () => {
    const before = fold([init()]);
    for (const type of ["stream_event", "tool_progress", "something_new"]) {
      expect(addFacts(before, wire({ type }))).toBe(before);
    }
    const text = wire({ type: "user", message: { content: "hi" }, parent_tool_use_id: null });
    expect(addFacts(before, text)).toBe(before);
    expect(addFacts(before, wire({ type: "system", subtype: "status" }))).toBe(before);
  });
});
