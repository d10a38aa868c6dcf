import type { FleetPlace } from "@herdctl/core";
import type { Context } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";
import { findPlace } from "../place.ts";

/** The fleet file that a command is about, and its state. */
export async function fleetPlace(
  options: GlobalOptions,
  context: Context,
): Promise<FleetPlace & { readonly stateDir: string }> {
  const { configPath, stateDir } = await findPlace(options, context);
  return { configPath, stateDir, cwd: context.cwd, env: context.env };
}
