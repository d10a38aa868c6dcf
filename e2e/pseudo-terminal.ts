import { spawn } from "node:child_process";
import { bin, type CommandOptions } from "./herdctl.ts";
import { runningCommands } from "./running-commands.ts";
import { ScreenModel } from "./screen-model.ts";

/** A command on a terminal of its own. */
export interface TerminalCommand extends AsyncDisposable {
  /** All that it has written, as it was written. */
  readonly written: string;
  /** What is on the screen. */
  readonly screen: ScreenModel;
  readonly done: Promise<number>;
  /** Presses keys. */
  type(keys: string): void;
  /** Resolves once the screen, or all that was written, shows it. */
  shows(what: string | RegExp): Promise<void>;
}

/** Size and beginning of a terminal. */
export interface TerminalOptions extends Omit<CommandOptions, "input"> {
  readonly columns?: number;
  readonly rows?: number;
  /** Shell commands in the same terminal, before. */
  readonly before?: string;
}

const patience = 240_000;

/** Starts the built command line on a pseudo-terminal: `script` is on every Debian. */
export function startOnTerminal(
  args: readonly string[],
  { cwd, env, columns = 80, rows = 24, before = "" }: TerminalOptions,
): TerminalCommand {
  const words = [process.execPath, bin, ...args].map(
    (word) => `'${word.replaceAll("'", `'\\''`)}'`,
  );
  const command = `stty cols ${columns} rows ${rows}; ${before} exec ${words.join(" ")}`;
  const child = spawn("script", ["-qfec", command, "/dev/null"], {
    cwd,
    env: { TERM: "xterm-256color", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const screen = new ScreenModel({ columns, rows });
  const watchers = new Set<() => void>();
  let written = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    written += text;
    screen.write(text);
    for (const watcher of watchers) watcher();
  });
  child.stdin.on("error", () => undefined);
  const done = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 128));
  });
  const terminal: TerminalCommand = {
    get written() {
      return written;
    },
    screen,
    done,
    type: (keys) => void child.stdin.write(keys),
    shows: (what) => waitForText(what, { terminal, watchers }),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) child.kill("SIGKILL");
      await done;
    },
  };
  runningCommands.add(terminal);
  const forget = (): void => void runningCommands.delete(terminal);
  done.then(forget, forget);
  return terminal;
}

async function waitForText(
  what: string | RegExp,
  {
    terminal,
    watchers,
  }: { readonly terminal: TerminalCommand; readonly watchers: Set<() => void> },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const isIn = (text: string): boolean =>
    typeof what === "string" ? text.includes(what) : what.test(text);
  const look = (): void => {
    if (isIn(terminal.screen.text) || isIn(terminal.written)) resolve();
  };
  const fail = (why: string): void => {
    const seen = `${terminal.screen.text}\n${terminal.written.slice(-2_000)}`;
    reject(new Error(`${why} without ${String(what)}:\n${seen}`));
  };
  const timer = setTimeout(() => fail(`${patience} ms went by`), patience);
  watchers.add(look);
  look();
  void terminal.done.then((code) => fail(`the command ended (${code})`));
  await promise.finally(() => {
    clearTimeout(timer);
    watchers.delete(look);
  });
}
