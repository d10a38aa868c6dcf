import fc from "fast-check";
import { expect, test } from "vitest";
import { type JobStatus, isFinal } from "./job-record.ts";
import { mayEnd, mayMove } from "./transitions.ts";

const statuses: readonly JobStatus[] = [
  "queued",
  "running",
  "waiting",
  "completed",
  "failed",
  "cancelled",
];
const status = fc.constantFrom(...statuses);

test.each([
  ["queued", ["running", "cancelled"]],
  ["running", ["waiting", "completed", "failed", "cancelled"]],
  ["waiting", ["queued", "cancelled"]],
  ["completed", []],
  ["failed", []],
  ["cancelled", []],
] as const)("from %s a job goes only to %j", (from, expected) => {
  expect(statuses.filter((to) => mayMove(from, to))).toEqual(expected);
});

test("nothing leaves a final status, whatever is tried", () => {
  fc.assert(
    fc.property(status, fc.array(status), (start, attempts) => {
      let current = start;
      for (const next of attempts) {
        if (isFinal(current)) expect(mayMove(current, next)).toBe(false);
        if (mayMove(current, next)) current = next;
      }
    }),
  );
});

test("every status that is not final can still be left for one that is", () => {
  const ends = new Set(statuses.filter(isFinal));
  for (const from of statuses.filter((item) => !isFinal(item))) {
    expect(statuses.some((to) => ends.has(to) && mayMove(from, to))).toBe(true);
  }
});

test("success goes with completed and with nothing else", () => {
  expect(mayEnd("completed", "success")).toBe(true);
  expect(mayEnd("completed", "error")).toBe(false);
  expect(mayEnd("failed", "success")).toBe(false);
  expect(mayEnd("cancelled", "success")).toBe(false);
  expect(mayEnd("failed", "timeout")).toBe(true);
});
