import { relative } from "node:path";
import { FleetManagerError } from "../errors.ts";
import type { ConfigProblem } from "./resolved.ts";

/** What a {@link ConfigurationError} is made of. */
export interface ConfigurationErrorOptions {
  /** File or folder that was asked for. */
  readonly configPath: string;
  readonly problems: readonly ConfigProblem[];
  /** Folder that file names in messages are relative to. */
  readonly cwd: string;
}

/**
 * The configuration cannot be used. `problems` has every problem of every file; the message shows
 * them all, with the lines they are in.
 */
export class ConfigurationError extends FleetManagerError {
  declare readonly code: "CONFIGURATION_ERROR";
  readonly configPath: string;
  /** One line for each problem: file, line, column, path and message. */
  readonly validationErrors: string[];
  readonly problems: readonly ConfigProblem[];

  /** @param headline Used alone when there are no problems to list. */
  constructor(headline: string, options: ConfigurationErrorOptions) {
    const { configPath, problems, cwd } = options;
    const shown = problems.map((problem) => `${renderProblem(problem, cwd)}\n${problem.frame}`);
    super([headline, ...shown].join("\n\n"), {
      code: "CONFIGURATION_ERROR",
      context: { configPath },
    });
    this.configPath = configPath;
    this.problems = problems;
    this.validationErrors =
      problems.length > 0 ? problems.map((problem) => renderProblem(problem, cwd)) : [headline];
  }
}

/** One line: `file:line:column path: message`, the file relative to `cwd` where it is inside. */
export function renderProblem(problem: ConfigProblem, cwd: string): string {
  const inside = relative(cwd, problem.file);
  const file = inside === "" || inside.startsWith("..") ? problem.file : inside;
  const path = problem.path === "" ? "" : ` ${problem.path}:`;
  return `${file}:${problem.line}:${problem.column}${path} ${problem.message}`;
}
