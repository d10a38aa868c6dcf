import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

/** A real process that runs one of the programs in a folder `children`. */
export interface Child {
  readonly process: ChildProcess;
  /** Lines that it prints. */
  readonly lines: AsyncIterator<string>;
  /** Resolves with the next line that it prints. */
  next(): Promise<string>;
  /** Ends it with SIGKILL and waits until it is gone. */
  kill(): Promise<void>;
}

export interface ChildOptions {
  readonly args: readonly string[];
  /** Default: that of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a program, named from here, and kills it when the test is over. */
export function startChild(program: string, { args, env }: ChildOptions): Child {
  const child = spawn(
    process.execPath,
    ["--conditions=herdctl-source", join(import.meta.dirname, program), ...args],
    { stdio: ["pipe", "pipe", "inherit"], ...(env && { env }) },
  );
  const gone = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await gone;
  };
  onTestFinished(kill);
  const next = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`${program} ended`);
    return line.value;
  };
  return { process: child, lines, next, kill };
}
