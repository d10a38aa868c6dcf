import { FleetManagerError } from "@herdctl/core";
import { launchd } from "./launchd.ts";
import type { ServiceKind } from "./service-plan.ts";
import { systemd } from "./systemd.ts";

/**
 * How this system keeps services.
 *
 * @throws `SERVICE_MANAGER` where it has no way that herdctl knows
 */
export function serviceKind(platform: NodeJS.Platform = process.platform): ServiceKind {
  if (platform === "linux") return systemd;
  if (platform === "darwin") return launchd;
  throw new FleetManagerError(
    "herdctl makes services of systemd (Linux) and launchd (macOS) only: have your system run `herdctl start`.",
    { code: "SERVICE_MANAGER" },
  );
}
