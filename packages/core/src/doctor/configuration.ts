import { ConfigurationError } from "../config/configuration-error.ts";
import { loadConfig } from "../config/load.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import { messageOf } from "../errors.ts";
import type { Check } from "./check.ts";

export interface ConfigurationPlace {
  readonly configPath: string | undefined;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Loads the configuration, and says what is wrong where it cannot be had. */
export async function checkConfiguration(
  place: ConfigurationPlace,
): Promise<{ readonly check: Check; readonly config?: ResolvedConfig }> {
  try {
    const config = await loadConfig(place.configPath, place);
    return { config, check: describe(config) };
  } catch (error) {
    return { check: explain(error, place) };
  }
}

const name = "configuration";
const remedy = "`herdctl config validate` shows them with their lines.";

function describe({ agents, files, warnings, configPath }: ResolvedConfig): Check {
  const message = `${count(agents.length, "agent")} from ${count(files.length, "file")} (${configPath})`;
  if (warnings.length === 0) return { name, status: "ok", message };
  const doubts = count(warnings.length, "warning");
  return { name, status: "warning", message: `${message}, ${doubts}`, remedy };
}

function explain(error: unknown, { configPath }: ConfigurationPlace): Check {
  if (!(error instanceof ConfigurationError)) {
    return { name, status: "problem", message: messageOf(error) };
  }
  const { problems } = error;
  if (problems.length > 0) {
    return { name, status: "problem", message: count(problems.length, "problem"), remedy };
  }
  // One that was named is missed; otherwise there may be none yet.
  const status = configPath === undefined ? "warning" : "problem";
  return { name, status, message: messageOf(error) };
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}
