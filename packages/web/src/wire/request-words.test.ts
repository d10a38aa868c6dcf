import { expect, test } from "vitest";
import { z } from "zod";
import { operations } from "../contract.ts";
import type { OperationTypes } from "../contract-types.ts";
import { describeRequestProblems } from "./request-problems.ts";
import { requestWords } from "./request-words.ts";

const job = { jobId: "job-1" };
const none = { params: {}, query: {}, body: {} };

const table: readonly (readonly [keyof OperationTypes, object, string])[] = [
  ["resumeJob", { params: job }, "body.prompt: is missing"],
  ["resumeJob", { params: job, body: { prompt: null } }, "body.prompt: must be text"],
  ["resumeJob", { params: job, body: [] }, "body: must be an object"],
  ["getUsage", {}, "query.since: is missing"],
  ["getUsage", { query: { since: "today" } }, "query.since: must be a date such as 2026-01-31"],
  ["getJobs", { query: { limit: "1001" } }, "query.limit: must be at most 1,000"],
  ["getJobs", { query: { limit: "0" } }, "query.limit: must be at least 1"],
  ["getJobs", { query: { limit: "many" } }, "query.limit: a whole number"],
  [
    "getJobs",
    { query: { startedAfter: "today" } },
    "query.startedAfter: must be an instant such as 2026-01-31T12:00:00.000Z",
  ],
  ["getSessions", { query: { all: "yes" } }, "query.all: must be true or false"],
  ["forkJob", { params: job, body: { maxTurns: 1.5 } }, "body.maxTurns: must be a whole number"],
  ["forkJob", { params: job, body: { session: "old" } }, "body.session: must be new or fork"],
  [
    "answerApproval",
    { params: { approvalId: "ask-1" }, body: { decision: "maybe" } },
    "body.decision: must be allow or deny",
  ],
];

test.each(table)("%s of %j: %s", (name, parts, said) => {
  const schema: z.ZodType = operations[name].input;
  const parsed = z.safeDecode(schema, { ...none, ...parts }, { error: requestWords });
  expect(parsed.error && describeRequestProblems(parsed.error).message).toBe(
    `The request is not valid: ${said}.`,
  );
});
