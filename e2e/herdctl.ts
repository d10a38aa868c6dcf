import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { runningCommands } from "./running-commands.ts";

/** The launcher of the built command line. */
export const bin = fileURLToPath(new URL("../packages/cli/bin/herdctl.js", import.meta.url));
if (!existsSync(new URL("../packages/cli/dist/main.js", import.meta.url))) {
  throw new Error("The command line is not built: run `node scripts/build.mjs` first.");
}

/** Where and with what a command runs. */
export interface CommandOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** A command that is over. */
export interface CommandResult {
  /** As a shell reports it: 128 + the signal's number where one ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface RunningCommand extends AsyncDisposable {
  readonly pid: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly done: Promise<CommandResult>;
  kill(signal: NodeJS.Signals): void;
  /** Goes away as a reader of its standard output, as `head` does. */
  closeOutput(): void;
  /** Resolves once either stream shows it; rejects when the command ends before. */
  shows(what: string | RegExp): Promise<void>;
}

/** Runs the built command line to its end. */
export function herdctl(args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return startHerdctl(args, options).done;
}

/** Starts the built command line; disposing kills it. */
export function startHerdctl(args: readonly string[], options: CommandOptions): RunningCommand {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: options.cwd,
    env: options.env,
    stdio: "pipe",
  });
  // A command that needs no input may be gone before it is offered any.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const streams = { stdout: "", stderr: "" };
  const watchers = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      streams[name] += chunk;
      for (const watcher of watchers) watcher();
    });
  }
  const done = endOf(child, streams);
  const command: RunningCommand = {
    pid: child.pid ?? 0,
    get stdout() {
      return streams.stdout;
    },
    get stderr() {
      return streams.stderr;
    },
    done,
    kill: (signal) => void child.kill(signal),
    closeOutput: () => void child.stdout.destroy(),
    shows: (what) => waitForText({ what, streams, watchers, done, args }),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await done;
    },
  };
  runningCommands.add(command);
  const forget = (): void => void runningCommands.delete(command);
  done.then(forget, forget);
  return command;
}

function endOf(
  child: ChildProcess,
  streams: { readonly stdout: string; readonly stderr: string },
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve({ ...streams, exitCode: code ?? (signal === "SIGKILL" ? 137 : 128) });
    });
  });
}

interface Wait {
  readonly what: string | RegExp;
  readonly streams: { readonly stdout: string; readonly stderr: string };
  readonly watchers: Set<() => void>;
  readonly done: Promise<CommandResult>;
  readonly args: readonly string[];
}

function waitForText({ what, streams, watchers, done, args }: Wait): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = (): void => {
    const text = stripVTControlCharacters(streams.stdout + streams.stderr);
    if (typeof what === "string" ? text.includes(what) : what.test(text)) resolve();
  };
  watchers.add(look);
  look();
  void done.then(({ stdout, stderr, exitCode }) => {
    look();
    const said = `${stdout}\n${stderr}`;
    reject(new Error(`herdctl ${args.join(" ")} ended (${exitCode}) without ${what}:\n${said}`));
  });
  return promise.finally(() => watchers.delete(look));
}

/** Processes whose environment has this text: everything that a test's fleet has started. */
export function processesWith(text: string): readonly number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => pid !== process.pid && environmentOf(pid).includes(text));
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return "";
  }
}

const patience = 240_000;

/** Resolves with the first value that `read` gives, looked for until the deadline. */
export async function eventually<T>(
  read: () => T | undefined | Promise<T | undefined>,
  { what = "what was waited for" } = {},
): Promise<T> {
  const end = performance.now() + patience;
  for (;;) {
    const found = await read();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`${what} did not happen within ${patience} ms`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
