import { jobFolder } from "../state/attempt-files.ts";
import { folderSize } from "../state/folder-size.ts";
import { jobOutputFile, measureJobOutput } from "../state/job-output.ts";
import type { JobPatch } from "../state/store.ts";
import type { Fleet } from "./fleet.ts";

/**
 * Adds what a job takes up on disk: its folder, and its output where that is not known because the
 * process that wrote it died, or the attempt failed before it could be closed.
 */
export function withOutputSize<Patch extends JobPatch>(
  { state }: Pick<Fleet, "state">,
  id: string,
  patch: Patch,
): Patch {
  const output = patch.output ?? measureJobOutput(jobOutputFile(state.stateDir, id));
  const folderBytes = folderSize(jobFolder(state.stateDir, id));
  return { ...patch, ...(output && { output }), ...(folderBytes > 0 && { folderBytes }) };
}
