import type { FleetManagerOptions } from "@herdctl/core";
import type { Context } from "./context.ts";
import { createNoteLogger } from "./note-logger.ts";
import type { Place } from "./place.ts";

/** Options of a fleet in this process. */
export function fleetOptions(place: Place, { env, output }: Context): FleetManagerOptions {
  const claudePath = env["HERDCTL_CLAUDE_PATH"];
  return {
    configPath: place.configPath,
    stateDir: place.stateDir,
    logger: createNoteLogger(output),
    env,
    ...(claudePath !== undefined && claudePath !== "" && { claudePath }),
  };
}
