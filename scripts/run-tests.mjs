import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { forwardSignals, run } from "./bootstrap/process.mjs";
import { summarize } from "./test-report/summary.mjs";

// Runs the tests and closes with one line that counts them; arguments go to vitest.
const root = fileURLToPath(new URL("..", import.meta.url));
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const reporters = ["--reporter=default", "--reporter=./scripts/test-report/reporter.mjs"];

forwardSignals();
const folder = await mkdtemp(join(tmpdir(), "herdctl-tests-"));
const file = join(folder, "report.json");
const args = [vitest, "run", ...reporters, ...process.argv.slice(2)];
const exitCode = await run("node", args, { cwd: root, env: { HERDCTL_TEST_REPORT: file } });
const report = await readFile(file, "utf8").then(JSON.parse, () => undefined);
await rm(folder, { recursive: true, force: true });

const summary = summarize(report, { exitCode, skipsFail: process.env.CI === "true" });
for (const line of summary.lines) console.log(line);
process.exitCode = summary.exitCode;
