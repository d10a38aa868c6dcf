import { access, constants, stat } from "node:fs/promises";
import type { ResolvedAgent } from "../config/resolved.ts";
import { type Check, nameSome, type Patient } from "./check.ts";

const name = "workspaces";

/** The agents' working directories. */
export async function checkWorkspaces({ config }: Patient): Promise<readonly Check[]> {
  const agents = config?.agents ?? [];
  if (agents.length === 0) return [];
  const found = await Promise.all(agents.map(async (agent) => ({ agent, is: await look(agent) })));
  const those = (state: Workspace): readonly string[] =>
    found.filter(({ is }) => is === state).map(({ agent }) => placeOf(agent));
  const [missing, readOnly] = [those("missing"), those("read-only")];
  const checks: Check[] = [];
  if (missing.length > 0) {
    checks.push({
      name,
      status: "problem",
      message: `there is no ${nameSome(missing)}`,
      remedy: "Create it, or change `working_directory`.",
    });
  }
  if (readOnly.length > 0) {
    checks.push({
      name,
      status: "warning",
      message: `this user cannot write in ${nameSome(readOnly)}`,
      remedy: "Change its owner or its permissions, where the agent is to change files.",
    });
  }
  const message = `${agents.length === 1 ? "it is" : `all ${agents.length} are`} there`;
  return checks.length > 0 ? checks : [{ name, status: "ok", message }];
}

type Workspace = "usable" | "missing" | "read-only";

async function look({ workingDirectory, repo, docker }: ResolvedAgent): Promise<Workspace> {
  const found = await stat(workingDirectory).catch(() => undefined);
  if (!found?.isDirectory()) return repo?.autoClone ? "usable" : "missing";
  if (docker?.enabled && docker.workspaceMode === "ro") return "usable";
  const isWritable = await access(workingDirectory, constants.W_OK).then(
    () => true,
    () => false,
  );
  return isWritable ? "usable" : "read-only";
}

function placeOf({ workingDirectory, qualifiedName }: ResolvedAgent): string {
  return `${workingDirectory} (agent ${qualifiedName})`;
}
