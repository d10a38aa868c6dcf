import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {readonly string[]} command
 */

const root = fileURLToPath(new URL("..", import.meta.url));

/** @type {Check} */
const build = { name: "build", command: ["node", "scripts/build.mjs"] };

/**
 * What must hold, the slowest first. Each may read the build and none writes to the sources.
 * @type {readonly Check[]}
 */
const checks = [
  { name: "tests", command: ["node", "scripts/run-tests.mjs", "--coverage"] },
  { name: "packages", command: ["node", "scripts/package-shape.mjs"] },
  { name: "types of tests", command: ["tsc", "-p", "tsconfig.test.json"] },
  { name: "lint", command: ["oxlint"] },
  { name: "unused", command: ["knip", "--no-progress"] },
  { name: "format", command: ["oxfmt", "--check", "."] },
  { name: "layers", command: ["node", "scripts/layers.mjs"] },
];

process.env.PATH = `${root}/node_modules/.bin:${process.env.PATH}`;
const failures = await check(build);
failures.push(...(await runAll(checks)));
if (failures.length > 0) console.log(styleText("red", `failed: ${failures.join(", ")}`));
process.exitCode = failures.length === 0 ? 0 : 1;

/**
 * Runs as many at once as the machine has processors.
 * @param {readonly Check[]} all
 * @returns {Promise<string[]>} Names of those that failed.
 */
async function runAll(all) {
  const waiting = [...all];
  /** @type {string[]} */
  const failed = [];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      failed.push(...(await check(next)));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return failed;
}

/**
 * @param {Check} one
 * @returns {Promise<string[]>} Its name when it failed.
 */
async function check({ name, command: [file = "", ...args] }) {
  const started = Date.now();
  const { code, output } = await collect(file, args);
  const seconds = `${((Date.now() - started) / 1000).toFixed(1)} s`;
  if (code === 0) {
    console.log(`${styleText("green", "ok")}      ${name} (${seconds})`);
    return [];
  }
  console.log(`${styleText("red", "failed")}  ${name} (${seconds}): ${[file, ...args].join(" ")}`);
  console.log(output.trimEnd());
  return [name];
}

/**
 * @param {string} file
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function collect(file, args) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    /** @type {Buffer[]} */
    const output = [];
    child.stdout.on("data", (data) => output.push(data));
    child.stderr.on("data", (data) => output.push(data));
    child.on("error", (error) => resolve({ code: null, output: error.message }));
    child.on("close", (code) => resolve({ code, output: Buffer.concat(output).toString() }));
  });
}
