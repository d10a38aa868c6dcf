import { FleetManagerError } from "@herdctl/core";
import { expect, test } from "vitest";
import { toJson } from "./json.ts";

test("writes dates as ISO-8601 and errors with their code and facts", () => {
  const error = new FleetManagerError("No such job.", {
    code: "JOB_NOT_FOUND",
    context: { jobId: "job-1" },
  });
  expect(JSON.parse(toJson({ at: new Date(0), error, other: new Error("odd") }))).toEqual({
    at: "1970-01-01T00:00:00.000Z",
    error: { code: "JOB_NOT_FOUND", message: "No such job.", jobId: "job-1" },
    other: { code: "INTERNAL", message: "odd" },
  });
});

test("has no character that a terminal obeys, and is the same value", () => {
  const value = { text: "\u001b[2K\u009b2J\u007f" };
  const text = toJson(value);
  expect(text).toBe(String.raw`{"text":"\u001b[2K\u009b2J\u007f"}`);
  expect(JSON.parse(text)).toEqual(value);
});
