import type { Environment, VariableUse } from "./interpolate.ts";
import type { ResolvedConfig } from "./resolved.ts";
import { isMapping, type ValuePath } from "./value-path.ts";

const secretName = /key|token|secret|pass|pwd$|credential|auth|private|dsn|cookie|signature|salt/i;

// What these hold is everywhere in honest output.
const publicNames = new Set([
  "HOME",
  "LANG",
  "LOGNAME",
  "PATH",
  "PWD",
  "SHELL",
  "TERM",
  "TMPDIR",
  "TZ",
  "USER",
]);

const shortest = 4;

/** Values that must never be shown: of variables that configuration used, and literal ones. */
export function collectSecrets(
  config: Pick<ResolvedConfig, "agents" | "fleet" | "claudeEnv">,
  uses: readonly VariableUse[],
  env: Environment,
): readonly string[] {
  const found = new Set(secretsOf(uses));
  const add = (value: string | undefined) => {
    if (value !== undefined && isWorthHiding(value)) found.add(value);
  };
  for (const [name, value] of Object.entries(config.claudeEnv)) {
    if (secretName.test(name)) add(value);
  }
  for (const agent of config.agents) {
    addLiterals(agent.env, add);
    for (const server of Object.values(agent.mcpServers)) {
      addLiterals(server.type === "stdio" ? server.env : server.headers, add);
    }
    const { hooks, chat, workSource, schedules } = agent;
    addNamed({ hooks, chat, workSource, schedules }, env, add);
  }
  addNamed(config.fleet.webhooks, env, add);
  return [...found];
}

/** Values of variables that are secret by their name or by the place where they are used. */
export function secretsOf(uses: readonly VariableUse[]): readonly string[] {
  return uses.flatMap(({ name, path, value = "" }) => {
    const isSecret = !publicNames.has(name) && (secretName.test(name) || isSecretPlace(path));
    return isSecret && isWorthHiding(value) ? [value] : [];
  });
}

function isWorthHiding(value: string): boolean {
  // Hiding these would only make other output unreadable.
  return value.length >= shortest && !/^(?:true|false|null|none|\d{1,5})$/i.test(value);
}

function isSecretPlace(path: ValuePath): boolean {
  const above = path.slice(0, -1);
  if (above.includes("env") || above.includes("headers")) return true;
  return path.includes("mcp_servers") && (above.includes("args") || path.at(-1) === "url");
}

function addLiterals(values: Readonly<Record<string, string>>, add: (value: string) => void): void {
  for (const [name, value] of Object.entries(values)) if (secretName.test(name)) add(value);
}

/** Values of the variables that fields such as `botTokenEnv` name. */
function addNamed(
  value: unknown,
  env: Environment,
  add: (value: string | undefined) => void,
): void {
  if (Array.isArray(value)) for (const item of value) addNamed(item, env, add);
  if (!isMapping(value)) return;
  // Not by entries: this looks at every value of every schedule.
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (typeof item === "object") addNamed(item, env, add);
    else if (typeof item === "string" && key.endsWith("Env")) add(env[item]);
  }
}
