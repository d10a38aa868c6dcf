import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

/** A real process that runs one of the scripts in `children/`. */
export interface Child {
  readonly process: ChildProcess;
  /** Lines that it prints. */
  readonly lines: AsyncIterator<string>;
  /** Resolves with the next line that it prints. */
  next(): Promise<string>;
  /** Ends it with SIGKILL and waits until it is gone. */
  kill(): Promise<void>;
}

export function startChild(script: string, ...args: readonly string[]): Child {
  const path = join(import.meta.dirname, "children", script);
  const child = spawn(process.execPath, [path, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const gone = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await gone;
  };
  onTestFinished(kill);
  const next = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`${script} ended`);
    return line.value;
  };
  return { process: child, lines, next, kill };
}
