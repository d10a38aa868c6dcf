// Runs on the Node that happens to be there (18 and later), before anything is installed.
import { fileURLToPath } from "node:url";
import { installDependencies } from "./bootstrap/dependencies.mjs";
import { findNode } from "./bootstrap/node.mjs";
import { forwardSignals, run, step, StepFailure } from "./bootstrap/process.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** @type {Readonly<Record<string, readonly string[]>>} */
const commands = {
  demo: ["packages/cli/bin/herdctl.js", "demo"],
  test: ["scripts/run-tests.mjs"],
  chaos: ["--conditions=herdctl-source", "e2e/chaos/main.ts"],
  bench: ["--conditions=herdctl-source", "bench/main.ts"],
};

const [name = "", ...args] = process.argv.slice(2);
const command = commands[name];

if (command === undefined) {
  console.error(`usage: node scripts/bootstrap.mjs ${Object.keys(commands).join("|")} [arguments]`);
  process.exitCode = 2;
} else {
  forwardSignals();
  try {
    await prepare();
    process.exitCode = await run("node", [...command, ...args], { cwd: root });
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    process.exitCode = error.exitCode;
  }
}

/** Brings what is missing: Node, dependencies, the build. */
async function prepare() {
  const node = await findNode();
  process.env.PATH = `${node}:${root}/node_modules/.bin:${process.env.PATH}`;
  await installDependencies(root);
  await step("building", "node", ["scripts/build.mjs"], { cwd: root });
}
