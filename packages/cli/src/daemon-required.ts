import { FleetManagerError } from "@herdctl/core";

/** Only a running daemon can do this: exit code 4. */
export function daemonRequired(message: string): FleetManagerError {
  return new FleetManagerError(message, { code: "DAEMON_REQUIRED" });
}
