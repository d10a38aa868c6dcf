import { isYaml } from "../config/find.ts";
import { sourceError } from "./source-error.ts";

const usualNames = ["agent.yaml", "agent.yml"];

/**
 * Which of the files is the agent: the one that was named, else `agent.yaml`, else the only YAML file
 * that is not in a folder.
 *
 * @throws `AGENT_SOURCE` naming what there is instead
 */
export function findAgentFile(paths: readonly string[], named?: string): string {
  if (named !== undefined) {
    if (paths.includes(named)) return named;
    throw sourceError(`It has no file "${named}".${listOf(paths)}`);
  }
  const usual = usualNames.find((name) => paths.includes(name));
  if (usual !== undefined) return usual;
  const atTop = paths.filter((path) => isYaml(path) && !/^\.|\//.test(path));
  const [only, ...others] = atTop;
  if (only !== undefined && others.length === 0) return only;
  throw sourceError(
    `Which file is the agent is not clear: name it, or its folder.${listOf(paths)}`,
  );
}

function listOf(paths: readonly string[]): string {
  const candidates = paths.filter((path) => isYaml(path) && !/(?:^|\/)\./.test(path));
  if (candidates.length === 0) return " It has no YAML files.";
  const rest = candidates.length > 10 ? ", …" : "";
  return ` There is ${candidates.slice(0, 10).join(", ")}${rest}.`;
}
