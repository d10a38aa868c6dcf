import { stat, statfs } from "node:fs/promises";
import type { Check, Patient } from "./check.ts";
import { existingFolder } from "./existing-folder.ts";

const name = "disk";
const low = 1e9;
const full = 1e8;

/** Space for state and work: one line for each disk that has too little, or for all of them. */
export async function checkDisk({ stateDir, config }: Patient): Promise<readonly Check[]> {
  const workspaces = (config?.agents ?? []).map((agent) => agent.workingDirectory);
  const judged = (await findDisks([stateDir, ...workspaces])).map(judgeDisk);
  const troubled = judged.filter(({ status }) => status !== "ok");
  return troubled.length > 0 ? troubled : judged.slice(0, 1);
}

/** Space for images and containers, where that is too little and on this machine. */
export async function checkEngineDisk(folder: string): Promise<readonly Check[]> {
  if (!(await stat(folder).catch(() => undefined))) return [];
  const judged = (await findDisks([folder])).map(judgeDisk);
  return judged
    .filter(({ status }) => status !== "ok")
    .map((check) => ({ ...check, remedy: "`docker system prune` frees some of it." }));
}

interface Disk {
  readonly folder: string;
  /** Bytes that this user may take. */
  readonly free: number;
}

/** Says whether there is enough space on a disk. */
export function judgeDisk({ folder, free }: Disk): Check {
  const message = `${(free / 1e9).toFixed(1)} GB free for ${folder}`;
  if (free >= low) return { name, status: "ok", message };
  const status = free < full ? "problem" : "warning";
  return { name, status, message, remedy: "Free some space: jobs write their output there." };
}

async function findDisks(folders: readonly string[]): Promise<readonly Disk[]> {
  const disks = new Map<number, Disk>();
  for (const wanted of new Set(folders)) {
    const { folder, found } = await existingFolder(wanted);
    const device = found?.dev ?? 0;
    if (disks.has(device)) continue;
    const { bavail, bsize } = await statfs(folder);
    disks.set(device, { folder, free: bavail * bsize });
  }
  return [...disks.values()];
}
