import { FleetManagerError } from "../errors.ts";

/** Nothing can be started in this folder. */
export function cannotStart(cwd: string): FleetManagerError {
  return new FleetManagerError(
    `Cannot start a process in ${cwd}. Check that the folder exists and may be entered.`,
    { code: "WORKING_DIRECTORY", context: { path: cwd } },
  );
}
