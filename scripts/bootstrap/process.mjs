import { spawn } from "node:child_process";
import { constants } from "node:os";

/** @typedef {{ readonly cwd: string, readonly env?: Readonly<Record<string, string>> }} Where */

/** @type {import("node:child_process").ChildProcess | undefined} */
let current;

/** From now on this process outlives its child and hands signals on to it. */
export function forwardSignals() {
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => {
      // A terminal has sent Ctrl-C to the whole foreground group already: twice would mean "at once".
      if (signal === "SIGINT" && process.stdin.isTTY) return;
      current?.kill(signal);
    });
  }
}

/**
 * Runs a command in this terminal.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Where} where
 * @returns {Promise<number>} Its exit code; 128 and the signal's number when a signal ended it.
 */
export function run(command, args, where) {
  return end(start(command, args, where, "inherit"));
}

/** The preparation cannot go on; whoever throws has said why. */
export class StepFailure extends Error {
  /** @param {number} exitCode */
  constructor(exitCode) {
    super("a step of the preparation failed");
    this.exitCode = exitCode;
  }
}

/**
 * Runs a step of the preparation: one line when it is done, all its output when it fails.
 * @param {string} title
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Where} where
 * @throws {StepFailure}
 */
export async function step(title, command, args, where) {
  const started = Date.now();
  console.log(`${title} …`);
  const child = start(command, args, where, "pipe");
  /** @type {Buffer[]} */
  const output = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (data) => output.push(data));
  const code = await end(child);
  const seconds = `${((Date.now() - started) / 1000).toFixed(1)} s`;
  if (code !== 0) {
    process.stderr.write(Buffer.concat(output));
    console.error(`${title}: failed after ${seconds}: ${command} ${args.join(" ")}`);
    throw new StepFailure(code);
  }
  console.log(`${title}: done in ${seconds}`);
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Where} where
 * @param {"inherit" | "pipe"} output
 */
function start(command, args, where, output) {
  const env = { ...process.env, ...where.env };
  current = spawn(command, args, { cwd: where.cwd, env, stdio: ["inherit", output, output] });
  return current;
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<number>}
 */
function end(child) {
  return new Promise((resolve) => {
    child.on("error", (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on("close", (code, signal) => {
      const signalNumber = signal === null ? undefined : constants.signals[signal];
      resolve(code ?? 128 + (signalNumber ?? 0));
    });
  });
}
