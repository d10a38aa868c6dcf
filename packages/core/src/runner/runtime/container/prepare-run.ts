import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { jobFolder } from "../../../state/attempt-files.ts";
import type { ProcessRecord } from "../../../state/job-record.ts";
import { makeApprovalFolders } from "../../approvals/approval-files.ts";
import type { DockerConfig } from "../docker-config.ts";
import type { ClaudeCommand, ExecuteOptions } from "../interface.ts";
import { DockerProblem, toConfigurationError } from "./docker-problem.ts";
import type { RunProxy } from "./container-launcher.ts";
import type { ContainerPlace } from "./container-place.ts";
import { planProxy } from "./credential-proxy/plan-proxy.ts";
import { containerEnvironment, toEnvFile } from "./environment.ts";
import { giveFolders } from "./give-folders.ts";
import { findLogin, hostPlaces } from "./host-facts.ts";
import { insideJobFolder, jobMounts, slotMounts } from "./job-mounts.ts";
import type { Mount } from "./mount.ts";
import type { HostPlaces } from "./mount-rules.ts";
import { planMounts } from "./plan-mounts.ts";
import { runFlags, userOf } from "./run-flags.ts";
import { agentClaudeHome } from "./session-folder.ts";
import { type SlotOfJob, slotFolders } from "./slot-folder.ts";
import { openWarmContainer } from "./warm-container.ts";

export interface RunRequest {
  readonly options: ExecuteOptions;
  readonly config: DockerConfig;
  readonly stateDir: string;
  /** What herdctl itself was given. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Files that the agent must not change. */
  readonly protectedFiles: readonly string[];
}

/** Everything about one container that is known before claude is started. */
export interface PreparedRun {
  readonly place: ContainerPlace;
  readonly envFile: (wanted: ClaudeCommand["env"]) => string;
  /** Start of the names of files that are there for a moment, where no container sees them. */
  readonly secretsPath: string;
  readonly proxy: RunProxy | undefined;
  /** Folder on the host that claude's sessions are in. */
  readonly claudeHome: string;
  /** Lets the container's user read what has been written for it. */
  readonly beforeStart: () => Promise<void>;
}

/**
 * Makes the folders of a run and decides how its container is started.
 *
 * @throws {FleetManagerError} `CONFIGURATION_ERROR` for what may not be mounted.
 */
export async function prepareRun(request: RunRequest): Promise<PreparedRun> {
  try {
    return await prepare(request);
  } catch (error) {
    throw error instanceof DockerProblem
      ? toConfigurationError(request.options.agent, error)
      : error;
  }
}

async function prepare(request: RunRequest): Promise<PreparedRun> {
  const { options, config, stateDir, env } = request;
  const { agent, files, jobId, adopt } = options;
  const home = agentClaudeHome({ agent, env, stateDir });
  const host = await hostPlaces(request);
  const plan = planProxy({
    config,
    insideFolder: join(insideJobFolder(jobId), basename(files.dir)),
    model: {
      env: { ...options.launcher.env, ...config.env },
      host: env,
      login: await findLogin(host),
    },
  });
  const name = `herdctl-${jobId}-${basename(files.dir)}`;
  // What cannot be given to a container is better told before anything is started.
  toEnvFile({ ...agent.env, ...config.env });
  return {
    ...(adopt ? placeOfRunning(adopt) : await makePlace(request, { name, home, host })),
    envFile: (wanted) => {
      const environment = containerEnvironment({
        host: options.launcher.env,
        wanted,
        agent: agent.env,
        docker: config.env,
        credentials: config.credentials,
        ...(plan && { proxy: plan.environment }),
      });
      return toEnvFile(environment);
    },
    secretsPath: join(home, name),
    proxy: plan && { ...plan, folder: files.dir },
    claudeHome: home,
  };
}

type ReadyPlace = Pick<PreparedRun, "place" | "beforeStart">;

/** What runs already needs nothing, and its agent may have changed what would be mounted. */
function placeOfRunning({ container = "", keepsContainer }: ProcessRecord): ReadyPlace {
  return {
    place: { container, command: "exec", args: [], ...(keepsContainer && { keepsContainer }) },
    beforeStart: async () => undefined,
  };
}

async function makePlace(
  request: RunRequest,
  at: { readonly name: string; readonly home: string; readonly host: HostPlaces },
): Promise<ReadyPlace> {
  const { options, config } = request;
  const { name, home, host } = at;
  const transcripts = join(home, "projects");
  await mkdir(transcripts, { recursive: true, mode: 0o700 });
  const job = await makeJobFolders(request);
  const { agent } = options;
  const mounts = await planMounts({ ...request, agent, host, job: job.mounts, transcripts });
  const user = userOf(config);
  await giveFolders([...job.folders, transcripts], user);
  return {
    place: await placeOf(request, { name, mounts }),
    beforeStart: () => giveFolders(job.folders, user),
  };
}

/** The slot whose container is kept for this job; `undefined`: it has a container of its own. */
function warmSlot({ config, options, stateDir }: RunRequest): SlotOfJob | undefined {
  const { agent, slot, jobId } = options;
  if (config.ephemeral || slot === undefined) return undefined;
  return { stateDir, agentName: agent.qualifiedName, slot, jobId };
}

interface JobPlace {
  readonly mounts: readonly Mount[];
  /** What the container's user is to read and write. */
  readonly folders: readonly string[];
}

async function makeJobFolders(request: RunRequest): Promise<JobPlace> {
  const { stateDir, options } = request;
  const { jobId, files } = options;
  const folder = jobFolder(stateDir, jobId);
  await mkdir(files.dir, { recursive: true, mode: 0o700 });
  const { requests } = await makeApprovalFolders(stateDir, jobId);
  const slot = warmSlot(request);
  if (slot) {
    const seen = slotFolders(slot);
    return { mounts: slotMounts({ jobId, folder }, seen), folders: [seen.jobs, seen.requests] };
  }
  // A mount needs a place.
  await mkdir(join(folder, "files"), { recursive: true, mode: 0o700 });
  return { mounts: jobMounts({ jobId, folder, requests }), folders: [folder] };
}

async function placeOf(
  request: RunRequest,
  { name, mounts }: { readonly name: string; readonly mounts: readonly Mount[] },
): Promise<ContainerPlace> {
  const { options, config, stateDir } = request;
  const { agent, jobId, signal } = options;
  const container = { config, mounts, stateDir, agentName: agent.qualifiedName };
  const warm = warmSlot(request);
  if (!warm) {
    return { container: name, command: "run", args: runFlags({ ...container, name, jobId }) };
  }
  const { workingDirectory } = agent;
  const kept = { ...container, slot: warm.slot, workingDirectory, signal };
  const id = await openWarmContainer(kept);
  return { container: id, command: "exec", args: ["--interactive", id], keepsContainer: true };
}
