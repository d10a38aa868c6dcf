import { diffConfigs } from "../config/diff.ts";
import { loadConfig } from "../config/load.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import type { Logger } from "../logger.ts";
import { cancelJob } from "./control.ts";
import { endIdleContainers } from "./end-left-containers.ts";
import type { Fleet } from "./fleet.ts";
import type { FleetParts } from "./fleet-parts.ts";
import { scheduleEntries } from "./schedules/schedules.ts";

/**
 * Loads the configuration anew and goes on with it. Running jobs keep the old one, queued and waiting
 * ones take the new one when they start; those of an agent that is gone are cancelled. An invalid
 * configuration throws and changes nothing.
 */
export async function reloadFleet({ fleet, queue, scheduler }: FleetParts): Promise<void> {
  const config = await loadConfig(fleet.options.configPath, { env: fleet.ownEnv });
  const changes = diffConfigs(fleet.config, config);
  fleet.replaceConfig(config);
  warnAbout(config, fleet.log);
  await cancelPendingOfRemoved(fleet);
  if (fleet.lifecycle() === "running") await scheduler.replace(scheduleEntries(config));
  queue.kick();
  const what = changes.length === 0 ? "nothing changed" : changes.join(", ");
  fleet.log.info(`configuration reloaded: ${what}`);
  fleet.emit("config:reloaded", { changes });
  // Last: an engine may take its time.
  await endIdleContainers(fleet, "unwanted");
}

/** Logs what a configuration asks for and does not get. */
export function warnAbout(config: ResolvedConfig, log: Logger): void {
  for (const { file, line, message } of config.warnings) log.warn(`${file}:${line}: ${message}`);
}

async function cancelPendingOfRemoved(fleet: Fleet): Promise<void> {
  const known = new Set(fleet.config.agents.map((agent) => agent.qualifiedName));
  const orphans = fleet.store.jobs
    .live()
    .filter((job) => job.status !== "running" && !known.has(job.agentName));
  await Promise.all(orphans.map((job) => cancelJob(fleet, job.id, "agent_removed")));
}
