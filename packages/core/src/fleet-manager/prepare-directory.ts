import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { ResolvedAgent, ResolvedRepo } from "../config/resolved.ts";
import { FleetManagerError } from "../errors.ts";
import { runCommand } from "../processes/run-command.ts";
import { hostEnvironment } from "../runner/environment.ts";
import type { JobRecord } from "../state/job-record.ts";
import { checkWorkingDirectory, isFolder } from "./check-working-directory.ts";
import type { Fleet } from "./fleet.ts";

// A large repository over a slow line; after that something is wrong.
const cloneTimeout = 600_000;

/**
 * Makes sure that a job has the folder to work in: clones the agent's repository where that is asked
 * for and the folder is missing. A clone is there as a whole or not at all.
 *
 * @throws `WORKING_DIRECTORY`
 */
export async function prepareDirectory(
  fleet: Fleet,
  record: JobRecord,
  { agent, cancel }: { readonly agent: ResolvedAgent; readonly cancel: AbortSignal },
): Promise<void> {
  const { repo, workingDirectory } = agent;
  if (!repo?.autoClone || (await isFolder(workingDirectory))) return checkWorkingDirectory(agent);
  fleet.log.info(`cloning ${repo.url} into ${workingDirectory}`, {
    agentName: record.agentName,
    jobId: record.id,
  });
  const unfinished = `${workingDirectory}.${record.id}`;
  try {
    await mkdir(dirname(workingDirectory), { recursive: true });
    await clone(fleet, record, { agent, repo, folder: unfinished, cancel });
    // Cancelled, it may be a part; and another job may have been faster.
    if (!cancel.aborted && !(await isFolder(workingDirectory)))
      await rename(unfinished, workingDirectory);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

interface Clone {
  readonly agent: ResolvedAgent;
  readonly repo: ResolvedRepo;
  readonly folder: string;
  readonly cancel: AbortSignal;
}

async function clone(
  fleet: Fleet,
  { id, fence }: JobRecord,
  { agent, repo, folder, cancel }: Clone,
): Promise<void> {
  const branch = repo.defaultBranch === undefined ? "" : ' --branch "$CLONE_BRANCH"';
  const result = await runCommand({
    // Through variables: nothing of them is a word of the shell.
    command: `git clone --quiet --depth "$CLONE_DEPTH"${branch} -- "$CLONE_URL" "$CLONE_FOLDER"`,
    cwd: dirname(folder),
    env: {
      ...hostEnvironment({ base: fleet.env, agent, jobId: id }),
      CLONE_URL: repo.url,
      CLONE_FOLDER: folder,
      CLONE_DEPTH: String(repo.cloneDepth),
      CLONE_BRANCH: repo.defaultBranch,
      // Nobody is there to type a password.
      GIT_TERMINAL_PROMPT: "0",
    },
    marker: id,
    label: `herdctl:${agent.qualifiedName}:${id}:clone`,
    timeout: cloneTimeout,
    signal: cancel,
    onRecord: async (process) => {
      if (await fleet.store.jobs.update({ id, fence }, { process })) return;
      throw new FleetManagerError(`job ${id} was taken over by another process`);
    },
  });
  if (result.exitCode === 0 || cancel.aborted) return;
  const why =
    result.ended === "timeout" ? "it took too long" : (result.error ?? result.stderr.trim());
  throw new FleetManagerError(
    `The repository ${repo.url} of agent "${agent.qualifiedName}" could not be cloned: ${why}. ` +
      "Check `repo`, the network and the credentials that git uses here.",
    { code: "WORKING_DIRECTORY", context: { agentName: agent.qualifiedName, url: repo.url } },
  );
}
