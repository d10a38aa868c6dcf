import { stat } from "node:fs/promises";
import type { ResolvedAgent } from "../config/resolved.ts";
import { FleetManagerError } from "../errors.ts";

/** Refuses an agent whose working directory is not there: Claude would start in the wrong place. */
export async function checkWorkingDirectory(agent: ResolvedAgent): Promise<void> {
  if (await isFolder(agent.workingDirectory)) return;
  throw new FleetManagerError(
    `The working directory of agent "${agent.qualifiedName}" does not exist: ${agent.workingDirectory}. ` +
      "Create it, or change `working_directory`.",
    {
      code: "WORKING_DIRECTORY",
      context: { agentName: agent.qualifiedName, path: agent.workingDirectory },
    },
  );
}

/** Tells whether there is a folder at this path. */
export async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
