import { ConfigurationError, FleetManagerError } from "@herdctl/core";
import { expect, test } from "vitest";
import { toErrorBody, toFleetError } from "./error.ts";

test("facts never replace code and message", () => {
  const error = new FleetManagerError("Gone.", {
    code: "JOB_NOT_FOUND",
    context: { jobId: "job-1", code: "x", message: "y" },
  });
  expect(toErrorBody(error)).toEqual({ jobId: "job-1", code: "JOB_NOT_FOUND", message: "Gone." });
});

test("the problems of a configuration are facts of its error", () => {
  const place = { file: "/a.yaml", line: 2, column: 3, path: "nam" };
  const problem = { ...place, severity: "error", message: "No.", frame: "" } as const;
  const error = new ConfigurationError("Invalid.", {
    configPath: "/a.yaml",
    problems: [problem],
    cwd: "/",
  });
  expect(toFleetError(toErrorBody(error)).context).toEqual({
    configPath: "/a.yaml",
    problems: [problem],
  });
});

test("a code that this version does not know becomes INTERNAL, with its facts", () => {
  const error = toFleetError({ code: "FROM_THE_FUTURE", message: "No.", limit: 3 });
  expect(error).toMatchObject({ code: "INTERNAL", message: "No.", context: { limit: 3 } });
});

test("an error without facts has no context", () => {
  expect(toFleetError({ code: "INTERNAL", message: "No." }).context).toBeUndefined();
});

test.each([[new Error("sk-1")], ["sk-1"], [undefined]])("%s says nothing of itself", (thrown) => {
  expect(toErrorBody(thrown)).toMatchObject({ code: "INTERNAL" });
  expect(JSON.stringify(toErrorBody(thrown))).not.toContain("sk-1");
});
