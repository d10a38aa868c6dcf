import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { ConfigurationError } from "./configuration-error.ts";
import type { Environment } from "./interpolate.ts";
import { ProblemList } from "./problems.ts";
import { parseSource } from "./source.ts";

export interface FleetEnvironment {
  /** What configuration sees: `.env` of this folder, over it the process's own. */
  readonly env: Environment;
  /** What of `.env` is for Claude Code itself, such as its key. */
  readonly claudeEnv: Readonly<Record<string, string>>;
}

const aboutClaude = /^(?:ANTHROPIC|CLAUDE_CODE)_/;

export async function readEnvironment(
  dir: string,
  { own, cwd }: { readonly own: Environment; readonly cwd: string },
): Promise<FleetEnvironment> {
  const file = join(dir, ".env");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "EISDIR") return "";
    throw unreadable(file, { error, cwd });
  });
  if (text === "") return { env: own, claudeEnv: {} };
  const written = parseEnv(text);
  const claudeEnv: Record<string, string> = {};
  for (const [name, value] of Object.entries(written)) {
    if (value !== undefined && own[name] === undefined && aboutClaude.test(name)) {
      claudeEnv[name] = value;
    }
  }
  return { env: { ...written, ...own }, claudeEnv };
}

// Alone: whatever else there is to say follows from the variables that are missing.
function unreadable(
  file: string,
  { error, cwd }: { readonly error: NodeJS.ErrnoException; readonly cwd: string },
): ConfigurationError {
  const problems = new ProblemList();
  problems.error(
    { source: parseSource(file, "").source, path: [] },
    `cannot be read (${error.code}): give this user the right to read it, or remove it`,
  );
  return new ConfigurationError("The configuration has 1 problem.", {
    configPath: file,
    problems: problems.sorted("error"),
    cwd,
  });
}
