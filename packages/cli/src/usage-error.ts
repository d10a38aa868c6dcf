import { FleetManagerError } from "@herdctl/core";

/** The command line itself is wrong: exit code 2. */
export function usageError(message: string): FleetManagerError {
  return new FleetManagerError(message, { code: "INVALID_REQUEST" });
}
