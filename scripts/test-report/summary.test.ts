import { expect, test } from "vitest";
import { summarize } from "./summary.mjs";

const passed = { name: "a > works", state: "passed" };
const failed = { name: "b > breaks", state: "failed" };
const skipped = { name: "c > needs Docker", state: "skipped" };
const here = { exitCode: 0, skipsFail: false };
const ci = { exitCode: 0, skipsFail: true };

test.each([
  {
    title: "counts what passed",
    report: { tests: [passed, passed], errors: [] },
    run: ci,
    lines: ["2 passed, 0 failed"],
    exitCode: 0,
  },
  {
    title: "names what failed",
    report: { tests: [passed, failed], errors: [] },
    run: { ...ci, exitCode: 1 },
    lines: ["failed: b > breaks", "1 passed, 1 failed"],
    exitCode: 1,
  },
  {
    title: "names a skipped test on a laptop",
    report: { tests: [passed, skipped], errors: [] },
    run: here,
    lines: ["skipped: c > needs Docker", "1 passed, 0 failed, 1 skipped"],
    exitCode: 0,
  },
  {
    title: "counts a skipped test as failed in CI",
    report: { tests: [passed, skipped], errors: [] },
    run: ci,
    lines: ["failed: c > needs Docker (skipped, where CI=true)", "1 passed, 1 failed"],
    exitCode: 1,
  },
  {
    title: "counts an error outside any test as failed",
    report: { tests: [passed], errors: ["d.test.ts: does not load"] },
    run: { ...ci, exitCode: 1 },
    lines: ["failed: d.test.ts: does not load", "1 passed, 1 failed"],
    exitCode: 1,
  },
  {
    title: "never passes a run that ended badly",
    report: { tests: [passed], errors: [] },
    run: { ...ci, exitCode: 143 },
    lines: ["failed: vitest ended with exit code 143", "1 passed, 1 failed"],
    exitCode: 143,
  },
  {
    title: "never passes a run that broke off without a report",
    report: undefined,
    run: here,
    lines: ["failed: no test ran", "0 passed, 1 failed"],
    exitCode: 1,
  },
])("$title", ({ report, run, lines, exitCode }) => {
  expect(summarize(report, run)).toEqual({ lines, exitCode });
});
