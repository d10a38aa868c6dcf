import { script } from "@herdctl/testing";
import { expect } from "vitest";
import type { Ran } from "../../runner/harness.ts";
import type { Case } from "../case.ts";
import type { Stage } from "../stage.ts";

const always = { times: "always" } as const;
const window = {
  "anthropic-ratelimit-unified-status": "rejected",
  "anthropic-ratelimit-unified-reset": "1800000000",
  "anthropic-ratelimit-unified-representative-claim": "five_hour",
};
/** Half a message that has arrived before what comes next. */
const half = script().text("Half a").wait(500);
const manyRetries = { agent: { env: { CLAUDE_CODE_MAX_RETRIES: "10" } } };
/** Claude may ask once more before it is stopped. */
const untilStopped = ["api_retry"];

/** What the API may answer in place of a message. */
export const apiErrors: readonly Case[] = [
  {
    name: "ends at the first refusal of a key",
    script: () => script().error(401, always),
    options: () => manyRetries,
    reason: "auth",
    stopped: true,
    uncertain: untilStopped,
    outcome: { apiErrorStatus: 401, error: { message: expect.stringContaining("credentials") } },
    check: expectFewRequests,
  },
  {
    name: "ends at the second refusal of a login",
    script: () => script().error(401, always),
    options: () => ({ ...manyRetries, login: true }),
    reason: "auth",
    stopped: true,
    uncertain: untilStopped,
    outcome: { apiErrorStatus: 401 },
    check: expectFewRequests,
  },
  {
    name: "knows 403",
    script: () => script().error(403, always),
    reason: "auth",
    outcome: { apiErrorStatus: 403 },
  },
  {
    name: "knows 400",
    script: () => script().error(400, always),
    reason: "error",
    outcome: { apiErrorStatus: 400 },
    check: expectLasting,
  },
  {
    name: "knows an empty account",
    script: () =>
      script().error(400, {
        ...always,
        message: "Your credit balance is too low to access the Anthropic API.",
      }),
    reason: "error",
    outcome: { error: { message: expect.stringMatching(/credit/i) } },
    check: expectLasting,
  },
  {
    name: "knows 404 for the model",
    script: () => script().error(404, always),
    reason: "error",
    differs: ["the hint at another model"],
    outcome: { apiErrorStatus: 404 },
    check: expectLasting,
  },
  {
    name: "knows 413",
    script: () => script().error(413, always),
    reason: "error",
    outcome: { apiErrorStatus: 413 },
    check: expectLasting,
  },
  {
    name: "knows a prompt that is too long",
    script: () =>
      script().error(400, {
        ...always,
        message: "prompt is too long: 250000 tokens > 200000 maximum",
      }),
    reason: "error",
    outcome: { error: { message: expect.stringMatching(/too long/i) } },
    check: expectLasting,
  },
  {
    name: "gets over 429",
    script: () =>
      script()
        .error(429, { times: 1, headers: { "retry-after": "1" } })
        .text("Made it."),
    reason: "success",
    outcome: { summary: "Made it." },
    check: ({ lines }) =>
      expect(lines.filter((line) => line.subtype === "api_retry")).toHaveLength(1),
  },
  {
    name: "calls 429 without end rate_limited",
    script: () => script().error(429, always),
    reason: "rate_limited",
    outcome: { apiErrorStatus: 429, isTransient: true },
  },
  {
    name: "does not wait for a retry that is far away",
    script: () => script().error(429, { ...always, headers: { "retry-after": "120" } }),
    reason: "rate_limited",
    outcome: { apiErrorStatus: 429 },
  },
  {
    name: "knows a plan's limit and when it ends",
    script: () => script().error(429, { ...always, headers: window }),
    options: () => ({ login: true }),
    reason: "rate_limited",
    outcome: {
      rateLimit: { status: "rejected", type: "five_hour", resetsAt: "2027-01-15T08:00:00.000Z" },
    },
  },
  {
    name: "gets over 529",
    script: () => script().error(529, { times: 1 }).text("Made it."),
    reason: "success",
    outcome: { summary: "Made it." },
  },
  {
    name: "knows 529",
    script: () => script().error(529, always),
    reason: "error",
    outcome: { apiErrorStatus: 529, isTransient: true },
  },
  {
    name: "knows 500",
    script: () => script().error(500, always),
    reason: "error",
    outcome: { apiErrorStatus: 500, isTransient: true },
  },
  {
    name: "knows a dropped connection",
    script: () => script().fault("reset", always),
    reason: "error",
    differsInContainer: ["who tells of a dropped connection"],
    outcome: { isTransient: true },
  },
  {
    name: "knows a stream that is cut",
    script: () => half.cut("blocks", always),
    reason: "error",
  },
  {
    name: "gets over a stream that is cut once",
    script: () => half.cut("blocks").text("The rest."),
    reason: "success",
  },
  {
    name: "knows a stream without an end",
    script: () => half.cut("unfinished", always),
    reason: "error",
  },
  {
    name: "knows a malformed stream",
    script: () => script().fault("malformed", always),
    reason: "error",
  },
  {
    name: "knows an error inside the stream",
    script: () => script().fault("error_event", always),
    reason: "error",
  },
  {
    name: "knows a web page in place of the API",
    script: () => script().fault("html", always),
    reason: "error",
  },
];

/** Claude would ask eleven times. */
function expectFewRequests({ outcome }: Ran, { server }: Stage): void {
  const asked = server.requests.filter(({ sessionId }) => sessionId === outcome.sessionId);
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.length).toBeLessThan(8);
}

/** Another try would end the same. */
function expectLasting({ outcome }: Ran): void {
  expect(outcome.isTransient).toBeUndefined();
}
