import { dirname, join } from "node:path";
import type { Mount } from "./mount.ts";
import type { SlotFolders } from "./slot-folder.ts";

/** Folder of a job as its container sees it for sockets, whose paths must be short. */
export function insideJobFolder(jobId: string): string {
  return `/run/herdctl/${jobId}`;
}

export interface JobFolders {
  readonly jobId: string;
  /** Folder of the job, which claude sees at the same path, and at a short one. */
  readonly folder: string;
  /** The one folder in it that claude writes to. */
  readonly requests: string;
}

/** What the container of one job sees of what is between claude and herdctl. */
export function jobMounts({ jobId, folder, requests }: JobFolders): readonly Mount[] {
  const places = [folder, insideJobFolder(jobId)];
  return [
    ...places.map((target): Mount => ({ type: "bind", source: folder, target, readOnly: true })),
    { type: "bind", source: requests, target: requests },
    // What the agent has sent is for others; herdctl may have read it where the agent cannot.
    ...places.map((place): Mount => {
      return { type: "tmpfs", target: join(place, "files"), readOnly: true };
    }),
  ];
}

/** The same for a container that sees one job after the other, each at the place that it would have. */
export function slotMounts(
  { jobId, folder }: Pick<JobFolders, "jobId" | "folder">,
  { jobs, requests }: SlotFolders,
): readonly Mount[] {
  const places = [dirname(folder), dirname(insideJobFolder(jobId))];
  return [
    ...places.map((target): Mount => ({ type: "bind", source: jobs, target, readOnly: true })),
    { type: "bind", source: requests, target: requests },
  ];
}
