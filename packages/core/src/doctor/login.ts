import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { claudeHome } from "../claude-home.ts";
import type { ResolvedAgent } from "../config/resolved.ts";
import { fieldOf } from "../field-of.ts";
import { claudeEnvironment } from "../runner/environment.ts";
import { loginFile } from "../runner/runtime/container/host-facts.ts";
import { type Check, nameSome, type Patient } from "./check.ts";
import { containerOf } from "./container-of.ts";
import { judgeSignIn, type Login } from "./sign-in.ts";

const name = "login";
type Finding = Omit<Check, "name">;
type Environment = Patient["env"];

/** What agents sign in with: of which kind, never its value. */
export async function checkLogin({ config, env }: Patient): Promise<readonly Check[]> {
  const agents = config?.agents ?? [];
  if (agents.length === 0) return [{ name, ...(await findingWithout(env)) }];
  const users = new Map<string, { readonly finding: Finding; readonly names: string[] }>();
  for (const agent of agents) {
    const finding = await findingFor(agent, env);
    const entry = users.get(finding.message) ?? { finding, names: [] };
    entry.names.push(agent.qualifiedName);
    users.set(finding.message, entry);
  }
  const isOne = users.size === 1;
  return [...users.values()].map(({ finding, names }) => ({
    name,
    ...finding,
    message: isOne ? finding.message : `${nameSome(names)}: ${finding.message}`,
  }));
}

async function findingWithout(env: Environment): Promise<Finding> {
  const login = await readLogin(claudeHome(env));
  return judgeSignIn({ env, ...login, hasKeyHelper: false, isReadOnly: false, now: Date.now() });
}

async function findingFor(agent: ResolvedAgent, base: Environment): Promise<Finding> {
  const env = claudeEnvironment({ base, agent });
  const home = claudeHome(env, agent.workingDirectory);
  const login = await readLogin(home);
  const given = containerOf(agent, base).config;
  const isMounted = given?.credentials === "mount";
  return judgeSignIn({
    env: isMounted ? {} : { ...env, ...given?.env },
    // A container that gets variables gets nothing else.
    ...(given?.credentials === "env" ? {} : login),
    hasKeyHelper: await hasKeyHelper(agent, home),
    isReadOnly: isMounted,
    now: Date.now(),
  });
}

async function readLogin(home: string): Promise<{ readonly login?: Login }> {
  const file = loginFile({ claudeHome: home });
  const login = fieldOf(await readJson(file), "claudeAiOauth");
  if (!(login instanceof Object)) return {};
  const [expiresAt, subscription] = [
    fieldOf(login, "expiresAt"),
    fieldOf(login, "subscriptionType"),
  ];
  return {
    login: {
      file,
      isRenewed: Boolean(fieldOf(login, "refreshToken")),
      ...(typeof expiresAt === "number" && { expiresAt }),
      ...(typeof subscription === "string" && { subscription }),
    },
  };
}

async function hasKeyHelper(agent: ResolvedAgent, home: string): Promise<boolean> {
  const { settingSources, workingDirectory } = agent;
  const files = {
    user: join(home, "settings.json"),
    project: join(workingDirectory, ".claude", "settings.json"),
    local: join(workingDirectory, ".claude", "settings.local.json"),
  };
  const settings = await Promise.all(settingSources.map((source) => readJson(files[source])));
  return settings.some((values) => typeof fieldOf(values, "apiKeyHelper") === "string");
}

/** What a file of somebody else's says; nothing where it is not there or not readable. */
async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return undefined;
  }
}
