import { chmod, readFile, writeFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import { claudeVariables } from "@herdctl/core";
import { usageError } from "../usage-error.ts";
import type { Environment } from "./service-plan.ts";

/** Beside what Claude Code depends on: the choice of a Docker engine, language and time. */
const always: readonly string[] = [
  "DOCKER_CERT_PATH",
  "DOCKER_CONFIG",
  "DOCKER_CONTEXT",
  "DOCKER_HOST",
  "DOCKER_TLS_VERIFY",
  "HERDCTL_CLAUDE_PATH",
  "LANG",
  "LC_ALL",
  "TZ",
];

/** Hands the file to Node; and by this a service is known as the one of its fleet. */
export function environmentArgument(environmentFile: string): string {
  return `--env-file=${environmentFile}`;
}

/** The part of an environment that a service needs and does not have. */
export function selectEnvironment(
  env: Environment,
  { configuration, named }: { readonly configuration: string; readonly named: readonly string[] },
): Readonly<Record<string, string>> {
  const names = new Set([...always, ...claudeVariables(env), ...namesIn(configuration), ...named]);
  return Object.fromEntries(
    [...names].toSorted().flatMap((name) => {
      const value = env[name];
      return value === undefined || ofTheSystem.has(name) ? [] : [[name, value] as const];
    }),
  );
}

/** What a service gets from its system, or in another way. */
const ofTheSystem: ReadonlySet<string> = new Set(["HOME", "LOGNAME", "PATH", "SHELL", "USER"]);

/** Variables that configuration files refer to: `${NAME}`, and `..._env: NAME`. */
function namesIn(configuration: string): readonly string[] {
  const references = configuration.matchAll(/\$\{([A-Za-z_]\w*)|_env:\s*["']?([A-Za-z_]\w*)/g);
  return [...references].map(([, inText, inField]) => inText ?? inField ?? "");
}

/** Lines that Node reads as they were meant. */
export function renderEnvironment(variables: Readonly<Record<string, string>>): string {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${quote(name, value)}\n`);
  return `# What the service has of your environment, beside PATH. Yours to edit.\n${lines.join("")}`;
}

function quote(name: string, value: string): string {
  const mark = ["'", "`", '"'].find((candidate) => !value.includes(candidate));
  // Between double quotes, `\n` would become a line end.
  if (mark === undefined || (mark === '"' && value.includes("\\n"))) {
    throw usageError(`The value of ${name} has every kind of quotes: write it to .env instead.`);
  }
  return `${mark}${value}${mark}`;
}

/** Writes the file for this user alone; what somebody has added to it stays. */
export async function writeEnvironment(
  file: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const before = parseEnv(await readFile(file, "utf8").catch(() => ""));
  const merged: Record<string, string> = {};
  for (const [name, value = ""] of Object.entries(before)) merged[name] = value;
  await writeFile(file, renderEnvironment({ ...merged, ...variables }), { mode: 0o600 });
  await chmod(file, 0o600);
}
