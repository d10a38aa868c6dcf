import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./process.mjs";
import { summarize } from "./summary.mjs";

/**
 * Runs the tests and closes with one line that counts them.
 * @param {string} root
 * @param {readonly string[]} args Passed on to vitest.
 * @returns {Promise<number>}
 */
export async function runTests(root, args) {
  const folder = await mkdtemp(join(tmpdir(), "herdctl-tests-"));
  const file = join(folder, "report.json");
  const reporters = ["--reporter=default", "--reporter=./scripts/bootstrap/reporter.mjs"];
  const exitCode = await run("vitest", ["run", ...reporters, ...args], {
    cwd: root,
    env: { HERDCTL_TEST_REPORT: file },
  });
  const report = await readFile(file, "utf8").then(JSON.parse, () => undefined);
  await rm(folder, { recursive: true, force: true });
  const summary = summarize(report, { exitCode, skipsFail: process.env.CI === "true" });
  for (const line of summary.lines) console.log(line);
  return summary.exitCode;
}
