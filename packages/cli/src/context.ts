import type { Readable } from "node:stream";
import { quote } from "./terminal/shell.ts";
import { createOutput, type Output } from "./terminal/output.ts";

/** What a command sees of the world around it. */
export interface Context {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
  /** How this program is called, for commands to paste. */
  readonly program: string;
  readonly stdin: Readable;
  /** What the command ends with unless it throws. */
  exitCode: number;
}

/** This process's own. */
export function createContext(): Context {
  return {
    cwd: process.cwd(),
    env: process.env,
    output: createOutput(process.stdout, process.stderr),
    program: programName(process.argv[1] ?? "herdctl"),
    stdin: process.stdin,
    exitCode: 0,
  };
}

/** An installed `herdctl` by its name; one that is run by path, from a clone, with the Node that can. */
function programName(script: string): string {
  if (!script.endsWith(".js")) return "herdctl";
  return [process.execPath, script].map(quote).join(" ");
}
