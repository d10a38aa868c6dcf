/**
 * The closing lines of a test run: what did not pass by name, then `N passed, N failed`.
 * @param {import("./reporter.mjs").Report | undefined} report Absent when the run broke off.
 * @param {{ readonly exitCode: number, readonly skipsFail: boolean }} run
 * @returns {{ lines: string[], exitCode: number }}
 */
export function summarize(report, { exitCode, skipsFail }) {
  const { tests, errors } = report ?? { tests: [], errors: [] };
  const passed = tests.filter((test) => test.state === "passed").length;
  const failed = tests.filter((test) => test.state === "failed").map((test) => test.name);
  const skipped = tests
    .filter((test) => test.state !== "passed" && test.state !== "failed")
    .map((test) => test.name);

  const failures = [...failed, ...errors];
  if (skipsFail) failures.push(...skipped.map((name) => `${name} (skipped, where CI=true)`));
  if (failures.length === 0 && exitCode !== 0)
    failures.push(`vitest ended with exit code ${exitCode}`);
  if (failures.length === 0 && passed === 0) failures.push("no test ran");

  const lines = failures.map((name) => `failed: ${name}`);
  if (!skipsFail) lines.push(...skipped.map((name) => `skipped: ${name}`));
  const rest = !skipsFail && skipped.length > 0 ? `, ${skipped.length} skipped` : "";
  lines.push(`${passed} passed, ${failures.length} failed${rest}`);
  return { lines, exitCode: failures.length === 0 ? 0 : exitCode || 1 };
}
