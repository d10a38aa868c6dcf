import { readFile } from "node:fs/promises";
import { FleetManagerError } from "@herdctl/core";
import type { FleetOperations } from "@herdctl/web";
import { environmentArgument } from "./environment-file.ts";
import type { ServicePlace } from "./plan-service.ts";
import type { ServiceState } from "./service-plan.ts";

/**
 * Tells whether the service is installed.
 *
 * @throws `INVALID_STATE` when its file is that of another fleet
 */
export async function isInstalled({
  kind,
  service,
  environmentFile,
}: ServicePlace): Promise<boolean> {
  const text = await readFile(service.file, "utf8").catch(() => undefined);
  if (text === undefined) return false;
  if (text.includes(kind.quote(environmentArgument(environmentFile)))) return true;
  throw new FleetManagerError(
    `${service.file} is the service of another fleet. Give this one a name of its own: --name <name>.`,
    { code: "INVALID_STATE", context: { file: service.file } },
  );
}

/**
 * Stops the daemon when it is the service's.
 *
 * @throws `INVALID_STATE` when somebody has started it otherwise
 */
export async function stopOwnDaemon(
  fleet: FleetOperations,
  state: ServiceState,
  { leaveRunning }: { readonly leaveRunning: boolean },
): Promise<void> {
  const { pid } = await fleet.getStatus();
  if (state.pid !== pid) {
    throw new FleetManagerError(
      `The fleet runs already, and not as this service (process ${pid}). Stop it first: ` +
        "`herdctl stop`, or `herdctl stop --leave-running` to lose no work of the cli runtime.",
      { code: "INVALID_STATE", context: { pid } },
    );
  }
  await fleet.stop({ reason: "herdctl service", leaveRunning });
}
