import type { FleetAddress } from "@herdctl/web";
import type { Context } from "./context.ts";
import type { GlobalOptions } from "./global-options.ts";
import { usageError } from "./usage-error.ts";

/**
 * The daemon on the network that a command means: the one of `--url`, else, where no configuration and
 * no state of this machine is named, the one of `HERDCTL_URL`. Its token is in `HERDCTL_TOKEN`, never
 * among the arguments, which every user of a machine can read.
 */
export function remoteAddress(
  { url, config, state }: GlobalOptions,
  { env }: Pick<Context, "env">,
): FleetAddress | undefined {
  const isLocal = config !== undefined || state !== undefined;
  if (url !== undefined && isLocal) {
    throw usageError("--url means a fleet elsewhere: -c and -s do not go with it.");
  }
  const wanted = url ?? (isLocal ? undefined : env["HERDCTL_URL"]);
  if (wanted === undefined || wanted === "") return undefined;
  const token = env["HERDCTL_TOKEN"];
  return { url: wanted, ...(token !== undefined && token !== "" && { token }) };
}

/** Refuses a fleet on the network, for what needs the files and processes of the fleet's own machine. */
export function refuseRemote(options: GlobalOptions, context: Pick<Context, "env">): void {
  if (!remoteAddress(options, context)) return;
  throw usageError(
    "This works on the fleet's own machine alone. Without --url and HERDCTL_URL, it means the fleet here.",
  );
}
