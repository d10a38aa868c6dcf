import { isIn } from "./mount-rules.ts";

/** Where an agent in a container works. */
export const containerWorkspace = "/workspace";

export interface WorkspaceOf {
  readonly workingDirectory: string;
  readonly docker?: { readonly enabled: boolean };
}

/** A path as the agent says it → the same on the host. Only its workspace is at another place. */
export function toHostPath(agent: WorkspaceOf, path: string): string {
  if (!agent.docker?.enabled || !isIn(path, containerWorkspace)) return path;
  return agent.workingDirectory + path.slice(containerWorkspace.length);
}

/** A path on the host → the same as the agent sees it. */
export function toAgentPath(agent: WorkspaceOf, path: string): string {
  if (!agent.docker?.enabled || !isIn(path, agent.workingDirectory)) return path;
  return containerWorkspace + path.slice(agent.workingDirectory.length);
}
