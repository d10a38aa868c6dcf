import { jobOutputFile, measureJobOutput } from "../state/job-output.ts";
import type { JobPatch } from "../state/store.ts";
import type { Fleet } from "./fleet.ts";

/**
 * Adds the size of the job's output where it is not known: the process that wrote it died, or the
 * attempt failed before it could be closed.
 */
export function withOutputSize<Patch extends JobPatch>(
  { state }: Pick<Fleet, "state">,
  id: string,
  patch: Patch,
): Patch {
  if (patch.output) return patch;
  const output = measureJobOutput(jobOutputFile(state.stateDir, id));
  return output ? { ...patch, output } : patch;
}
