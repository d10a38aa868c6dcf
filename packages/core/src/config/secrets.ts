import type { Environment, VariableUse } from "./interpolate.ts";
import type { ResolvedConfig } from "./resolved.ts";
import {
  isWorthHiding,
  looksLikeKey,
  looksPlain,
  secretsOfAddress,
  secretsWithin,
} from "./secret-looks.ts";
import { judgeName } from "./secret-names.ts";
import { isMapping, type ValuePath } from "./value-path.ts";

/** Values that must never be shown: of variables that configuration used, and literal ones. */
export function collectSecrets(
  config: Pick<ResolvedConfig, "agents" | "fleet" | "claudeEnv">,
  uses: readonly VariableUse[],
  env: Environment,
): readonly string[] {
  const { fleet, agents, claudeEnv } = config;
  const found = new Set(secretsOf(uses, env));
  const add: Add = (value) => {
    if (value !== undefined && isWorthHiding(value)) found.add(value);
  };
  for (const [name, value] of Object.entries(claudeEnv)) {
    if (judgeName(name) === "secret") add(value);
    for (const part of secretsWithin(value)) add(part);
  }
  addWritten({ fleet, agents }, env, add);
  return [...found];
}

/**
 * Values that variables brought in and that are secret: by the name of the variable, by the place where it
 * is used, or because they are not plainly something else. A default stands in the file for all to read:
 * it is secret as any other text there is.
 */
export function secretsOf(uses: readonly VariableUse[], env: Environment): readonly string[] {
  return uses.flatMap(({ name, path, value = "" }) => {
    const judged = judgeName(name);
    const isOfEnvironment = env[name] !== undefined;
    const isSecret =
      judged === "secret" ||
      (judged === "unknown" && isOfEnvironment && (isSecretPlace(path) || isUnknown(value, path)));
    return [...(isSecret ? [value] : []), ...secretsWithin(value)].filter(isWorthHiding);
  });
}

// What these name is shown everywhere, and opens nothing.
const plainField = /^(?:cwd|image|model|fallback_model|name|path|repo|root|working_directory)$/;

function isUnknown(value: string, path: ValuePath): boolean {
  return !plainField.test(String(path.at(-1))) && !looksPlain(value);
}

function isSecretPlace(path: ValuePath): boolean {
  const above = path.slice(0, -1);
  if (above.includes("env") || above.includes("headers")) return true;
  return path.includes("mcp_servers") && (above.includes("args") || path.at(-1) === "url");
}

type Add = (value: string | undefined) => void;

/** Literal secrets, and values of the variables that fields such as `botTokenEnv` name. */
function addWritten(value: unknown, env: Environment, add: Add): void {
  if (Array.isArray(value)) for (const item of value) addItem("", item, env, add);
  if (!isMapping(value)) return;
  // Not by entries: this looks at every value of every schedule.
  for (const key of Object.keys(value)) addItem(key, value[key], env, add);
}

function addItem(key: string, item: unknown, env: Environment, add: Add): void {
  if (typeof item === "string") {
    if (key.endsWith("Env")) add(env[item]);
    for (const part of key === "url" ? secretsOfAddress(item) : secretsWithin(item)) add(part);
    return;
  }
  if ((key === "env" || key === "headers") && isMapping(item)) addNamed(Object.entries(item), add);
  if (key === "args" && Array.isArray(item)) addNamed(flagsOf(item), add);
  addWritten(item, env, add);
}

function addNamed(values: readonly (readonly [string, unknown])[], add: Add): void {
  for (const [name, value] of values) {
    if (typeof value !== "string") continue;
    const judged = judgeName(name);
    if (judged === "plain" || (judged === "unknown" && !looksLikeKey(value))) continue;
    add(value);
    // Of a header, without which it would show wherever its scheme is not beside it.
    add(/^(?:basic|bearer|token) +(\S+)$/i.exec(value)?.[1]);
  }
}

/** `--name value` and `--name=value` or `NAME=value`; what has no name stands for itself. */
function flagsOf(args: readonly unknown[]): readonly (readonly [string, unknown])[] {
  return args.map((arg, index) => {
    const [, name, value] = /^-*([\w-]+)=(.*)$/s.exec(String(arg)) ?? [];
    if (name !== undefined) return [name, value];
    const before = /^--?([\w-]+)$/.exec(String(args[index - 1]))?.[1];
    return [before === undefined || String(arg).startsWith("-") ? "" : before, arg];
  });
}
