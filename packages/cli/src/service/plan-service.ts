import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type ClaudeBinary, loadConfig, resolveClaudeBinary } from "@herdctl/core";
import type { Context } from "../context.ts";
import { consoleLog } from "../detached/console-log.ts";
import { fleetOptions } from "../fleet-options.ts";
import type { GlobalOptions } from "../global-options.ts";
import { findPlace, type Place } from "../place.ts";
import { environmentArgument, selectEnvironment } from "./environment-file.ts";
import { flagsForService } from "./node-flags.ts";
import { serviceKind } from "./service-kind.ts";
import { serviceName } from "./service-name.ts";
import type { Service, ServiceKind, ServicePlan } from "./service-plan.ts";

/** Options of every `herdctl service` command. */
export interface ServiceOptions extends GlobalOptions {
  readonly name?: string;
}

/** Options of `herdctl service install`. */
export interface InstallOptions extends ServiceOptions {
  /** Options of `herdctl start`. */
  readonly startOptions: readonly string[];
  /** Names of variables that it is to have, too. */
  readonly env?: readonly string[];
}

/** What the service of a fleet is called, and where its file is. */
export interface ServicePlace {
  readonly kind: ServiceKind;
  readonly service: Service;
  readonly place: Place;
  readonly environmentFile: string;
}

/** A service, and all that it is to be made of. */
export interface PlannedService extends ServicePlace {
  readonly plan: ServicePlan;
  readonly environment: Readonly<Record<string, string>>;
  readonly claude: ClaudeBinary;
}

/** Finds the service of the fleet, installed or not. */
export async function findService(
  options: ServiceOptions,
  context: Context,
): Promise<ServicePlace> {
  const kind = serviceKind();
  const place = await findPlace(options, context);
  const name = serviceName(options.name ?? folderOf(place.configPath));
  const { env } = context;
  return {
    kind,
    place,
    service: { name, file: kind.fileOf(name, env), env },
    environmentFile: join(place.stateDir, "service.env"),
  };
}

function folderOf(configPath: string): string {
  return basename(/\.ya?ml$/.test(configPath) ? dirname(configPath) : configPath);
}

/**
 * Plans the service of the fleet, from what this process has and such services lack.
 *
 * @throws `CONFIGURATION_ERROR`, `CLAUDE_NOT_FOUND`: it would not run
 */
export async function planService(
  options: InstallOptions,
  context: Context,
): Promise<PlannedService> {
  const found = await findService(options, context);
  const { place, environmentFile } = found;
  const config = await loadConfig(place.configPath, context);
  const { claudePath } = fleetOptions(place, context);
  const { env } = context;
  const claude = await resolveClaudeBinary({
    env,
    ...(claudePath !== undefined && { configured: claudePath }),
  });
  const texts = await Promise.all(config.files.map((file) => readFile(file, "utf8")));
  const variables = selectEnvironment(env, {
    configuration: texts.join("\n"),
    named: options.env ?? [],
  });
  const fleet = ["--config", place.configPath, "--state", place.stateDir];
  const [node, script = ""] = [process.execPath, process.argv[1]];
  const plan: ServicePlan = {
    name: found.service.name,
    description: `herdctl fleet ${config.fleet.name ?? basename(config.configDir)}`,
    start: [
      node,
      ...flagsForService(process.execArgv, context.cwd),
      environmentArgument(environmentFile),
      script,
      "start",
      ...fleet,
      ...options.startOptions,
    ],
    stop: [node, script, "stop", "--leave-running", ...fleet],
    workingDirectory: config.configDir,
    path: env["PATH"] ?? "",
    logFile: consoleLog(place.stateDir),
  };
  // The one that comes with the Agent SDK has another path after each update.
  const pinned = claude.source === "sdk" ? {} : { HERDCTL_CLAUDE_PATH: claude.path };
  return { ...found, plan, claude, environment: { ...variables, ...pinned } };
}
