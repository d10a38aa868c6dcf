import { absoluteSource } from "@herdctl/core";
import type { Context } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";
import { remoteAddress } from "../remote.ts";
import { usageError } from "../usage-error.ts";

/**
 * The source of an agent as the fleet is to read it: a folder that somebody names at this terminal starts
 * from the terminal's folder, wherever the fleet's process is.
 */
export function fleetSource(
  source: string,
  options: GlobalOptions,
  context: Pick<Context, "cwd" | "env">,
): string {
  const absolute = absoluteSource(source, context.cwd);
  if (absolute === source || !remoteAddress(options, context)) return absolute;
  throw usageError(
    `The fleet is on another machine, which has no folder "${source}" of this one: name a repository, or ` +
      "an absolute path there.",
  );
}
