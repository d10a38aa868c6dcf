import { CommanderError } from "commander";
import { type Context, createContext } from "./context.ts";
import { createProgram, wordsIn } from "./program.ts";
import { reportNotStarted } from "./detached/report-start.ts";
import { usageError } from "./usage-error.ts";
import { reportError } from "./render/error.ts";
import { toJson } from "./terminal/json.ts";

/**
 * Runs one command line and resolves with its exit code: 0 ok, 1 the job or operation failed, 2 usage
 * or configuration, 3 not found, 4 conflict, 130 interrupted.
 */
export async function runCommandLine(
  args: readonly string[],
  context: Context = createContext(),
): Promise<number> {
  const asked = args.length === 0 ? ["--help"] : args;
  const json = asked.includes("--json");
  try {
    if (asked[0] === "__complete") {
      const { printCompletions } = await import("./completion/print-completions.ts");
      await printCompletions(asked.slice(1), context);
      return 0;
    }
    if (asked.some(isVersion) && wordsIn(asked).length === 0) {
      const { herdctlVersion } = await import("@herdctl/core");
      const version = herdctlVersion();
      context.output.print(json ? toJson({ version }) : version);
      return 0;
    }
    const program = await createProgram(asked, context);
    await program.parseAsync([...asked], { from: "user" });
    return context.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      reportNotStarted(error);
      return reportError(error, { context, json });
    }
    if (error.exitCode === 0) return 0;
    // Commander has written its message already, or for a group without a command its help, which is
    // for people; its own code for bad usage is 1.
    return json && error.code === "commander.help"
      ? reportError(usageError("Name a command: `--help` lists them."), { context, json })
      : 2;
  }
}

/** The launcher answers where nothing else is said. */
function isVersion(arg: string): boolean {
  return arg === "--version" || arg === "-V";
}
