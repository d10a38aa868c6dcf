import { lstat, mkdir, readdir, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { jobFolder } from "../../../state/attempt-files.ts";

/** One place among the running jobs of an agent, and the job that has it. */
export interface SlotOfJob {
  readonly stateDir: string;
  readonly agentName: string;
  readonly slot: number;
  readonly jobId: string;
}

/** Folders that the warm container of a slot sees: what a container sees is settled when it is made. */
export interface SlotFolders {
  /** Has the folder of the job that has the slot. */
  readonly jobs: string;
  /** Where the claude of that job asks for approvals; all that it writes to. */
  readonly requests: string;
}

/** Folder of what the warm containers of a fleet need. */
export function warmFolder(stateDir: string): string {
  return join(stateDir, "docker-warm");
}

export function slotFolders({
  stateDir,
  agentName,
  slot,
}: Pick<SlotOfJob, "stateDir" | "agentName" | "slot">): SlotFolders {
  const folder = join(warmFolder(stateDir), agentName, String(slot));
  return { jobs: join(folder, "jobs"), requests: join(folder, "requests") };
}

/**
 * Moves the folder of a job to where the warm container of its slot sees it, and leaves a link in its
 * place. What was sent stays out of the agent's sight, as it does in a container of its own.
 */
export async function enterSlot(job: SlotOfJob): Promise<void> {
  const { jobs, requests } = slotFolders(job);
  const home = jobFolder(job.stateDir, job.jobId);
  const inSlot = join(jobs, job.jobId);
  for (const folder of [jobs, requests, sentFolder(job)]) await makeFolder(folder);
  for (const name of await readdir(requests)) {
    await rm(join(requests, name), { recursive: true, force: true });
  }
  if (await isFolder(home)) await rename(home, inSlot);
  await makeFolder(join(inSlot, "approvals"));
  const files = join(inSlot, "files");
  if (await isFolder(files)) {
    await rm(sentFolder(job), { recursive: true });
    await rename(files, sentFolder(job));
  }
  await link(files, sentFolder(job));
  await link(join(inSlot, "approvals", "requests"), requests);
  await link(home, inSlot);
}

/** Moves the folder of a job back to its place, as far as it is not there; what a crash left, too. */
export async function leaveSlot(job: SlotOfJob): Promise<void> {
  const { jobs } = slotFolders(job);
  const home = jobFolder(job.stateDir, job.jobId);
  const inSlot = join(jobs, job.jobId);
  if (!(await isFolder(inSlot))) return;
  const requests = join(inSlot, "approvals", "requests");
  if (!(await isFolder(requests))) await rm(requests, { force: true });
  if (await isFolder(sentFolder(job))) {
    const files = join(inSlot, "files");
    await rm(files, { recursive: true, force: true });
    await rename(sentFolder(job), files);
  }
  await rm(home, { force: true });
  await rename(inSlot, home);
}

function sentFolder({ stateDir, agentName, jobId }: SlotOfJob): string {
  return join(warmFolder(stateDir), agentName, "files", jobId);
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

/** Puts a link in the place of whatever is there. */
async function link(path: string, target: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await symlink(target, path);
}

async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isDirectory() ?? false;
}
