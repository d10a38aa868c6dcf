import { realpath } from "node:fs/promises";
import { join } from "node:path";
import type { ResolvedAgent } from "../../../config/resolved.ts";
import { cannotStart } from "../../../processes/cannot-start.ts";
import { type DockerConfig, containerClaudeHome } from "../docker-config.ts";
import { DockerProblem } from "./docker-problem.ts";
import { checkGitFolder } from "./git-folder.ts";
import { findLogin, loginFile } from "./host-facts.ts";
import { maskedPaths } from "./masked-paths.ts";
import { maskMounts } from "./masks.ts";
import type { Mount } from "./mount.ts";
import { type HostPlaces, refuseMount, refuseWorkspace } from "./mount-rules.ts";
import { containerWorkspace } from "./workspace-path.ts";

export interface WorkspacePlan {
  readonly agent: Pick<ResolvedAgent, "workingDirectory" | "plugins">;
  readonly config: Pick<DockerConfig, "volumes" | "workspaceMode" | "credentials">;
  readonly host: HostPlaces;
  /** Files that the agent must not change. */
  readonly protectedFiles: readonly string[];
}

export interface MountPlan extends WorkspacePlan {
  /** What is between claude and herdctl. */
  readonly job: readonly Mount[];
  /** Folder of the agent's transcripts. */
  readonly transcripts: string;
}

/**
 * Everything that a claude in a container sees of the host.
 *
 * @throws {DockerProblem} for what may not be mounted.
 */
export async function planMounts(plan: MountPlan): Promise<readonly Mount[]> {
  const { agent, job, transcripts } = plan;
  return [
    ...(await planWorkspace(plan)),
    ...job,
    { type: "bind", source: transcripts, target: join(containerClaudeHome, "projects") },
    ...(await loginMount(plan)),
    ...(await Promise.all(agent.plugins.map(({ path }) => pluginMount(path, plan.host)))),
  ];
}

/**
 * The workspace and the volumes, checked as they are now: symbolic links are followed before a path is
 * judged.
 *
 * @throws {DockerProblem} for what may not be mounted, `WORKING_DIRECTORY` where there is no workspace.
 */
export async function planWorkspace(plan: WorkspacePlan): Promise<readonly Mount[]> {
  const { config, agent, host } = plan;
  const workspace = await realpath(agent.workingDirectory).catch(() => {
    throw cannotStart(agent.workingDirectory);
  });
  const refusal = refuseWorkspace(workspace, host);
  if (refusal) throw new DockerProblem(`it cannot work in ${workspace}: ${refusal}.`);
  const readOnly = config.workspaceMode === "ro";
  return [
    { type: "bind", source: workspace, target: containerWorkspace, readOnly },
    ...(await workspaceMasks(plan, workspace)),
    ...(await Promise.all(config.volumes.map((volume) => volumeMount(volume, host)))),
  ];
}

/** At its own path, which is what Claude is told. No folder of credentials is a plugin. */
async function pluginMount(path: string, host: HostPlaces): Promise<Mount> {
  const source = await realpath(path).catch(() => undefined);
  if (source === undefined) throw new DockerProblem(`there is no plugin ${path}.`);
  const refusal = refuseMount({ source, readOnly: false }, host);
  if (refusal === undefined) return { type: "bind", source, target: path, readOnly: true };
  throw new DockerProblem(`the plugin ${path} may not be mounted: ${refusal}.`);
}

async function workspaceMasks(plan: WorkspacePlan, workspace: string): Promise<readonly Mount[]> {
  const { host, config, protectedFiles } = plan;
  return maskMounts({
    workspace,
    mode: config.workspaceMode,
    ...(await maskedPaths({ workspace, stateDir: host.stateDir, protectedFiles })),
    frozen: await checkGitFolder(workspace),
  });
}

async function loginMount({ config, host }: WorkspacePlan): Promise<readonly Mount[]> {
  if (config.credentials !== "mount") return [];
  const target = join(containerClaudeHome, ".credentials.json");
  const source = await findLogin(host);
  if (source !== undefined) return [{ type: "bind", source, target, readOnly: true }];
  throw new DockerProblem(
    `there is no login to mount: ${loginFile(host)} does not exist. Run "claude" once and log in, or use \`credentials: env\`.`,
  );
}

async function volumeMount(volume: string, host: HostPlaces): Promise<Mount> {
  const [written = "", target = "", mode] = volume.split(":");
  const readOnly = mode === "ro";
  const taken = ["/", containerWorkspace, containerClaudeHome].find((path) => target === path);
  if (taken !== undefined) throw new DockerProblem(`the volume ${volume} would hide ${taken}.`);
  if (!written.startsWith("/")) return { type: "volume", source: written, target, readOnly };
  const source = await realpath(written).catch(() => undefined);
  if (source === undefined) {
    throw new DockerProblem(`there is no ${written} to mount. Create it, or correct \`volumes\`.`);
  }
  const refusal = refuseMount({ source, readOnly }, host);
  if (refusal === undefined) return { type: "bind", source, target, readOnly };
  throw new DockerProblem(`${written} may not be mounted: ${refusal}.`);
}
