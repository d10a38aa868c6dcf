import { placeInactive } from "../../scheduler/anchor.ts";
import { InvalidStateError, ScheduleNotFoundError } from "../errors.ts";
import { type Fleet, findAgent } from "../fleet.ts";
import type { FleetParts } from "../fleet-parts.ts";
import { scheduleEntries } from "./schedules.ts";

/** A schedule by its agent's name and its own. */
export interface ScheduleNames {
  readonly agentName: string;
  readonly scheduleName: string;
}

/**
 * Switches a schedule on or off, over restarts. What passes while it is off is not missed; switched on
 * again, it starts anew, an interval not sooner than one interval after its last fire.
 *
 * @throws AgentNotFoundError, ScheduleNotFoundError; InvalidStateError when the configuration says no
 */
export async function setScheduleEnabled(
  { fleet, scheduler }: Pick<FleetParts, "fleet" | "scheduler">,
  names: ScheduleNames,
  enabled: boolean,
): Promise<void> {
  const entry = findSchedule(fleet, names);
  const { agentName, schedule } = entry;
  const { file, line } = schedule.source;
  const known = fleet.store.schedules.get(agentName, schedule.name)?.enabled ?? true;
  if (enabled && !schedule.enabled) {
    throw new InvalidStateError(
      `enable schedule ${agentName}/${schedule.name}`,
      "disabled in its file",
      `"enabled: true" in ${file}:${line}`,
    );
  }
  if (known === enabled) return;
  if (!enabled) await placeInactive(fleet, entry);
  await fleet.store.schedules.put({ agentName, scheduleName: schedule.name, enabled });
  if (fleet.lifecycle() === "running") await scheduler.replace(scheduleEntries(fleet.config));
  const change = enabled ? "enabled" : "disabled";
  fleet.log.info(`schedule ${agentName}/${schedule.name} ${change}`, {
    agentName,
    source: "scheduler",
  });
  fleet.emit(`schedule:${change}`, { agentName, scheduleName: schedule.name });
}

/** Finds a schedule of the configuration. */
export function findSchedule(
  fleet: Pick<Fleet, "config">,
  { agentName, scheduleName }: ScheduleNames,
): ReturnType<typeof scheduleEntries>[number] {
  const agent = findAgent(fleet.config, agentName);
  const schedule = agent.schedules.find((item) => item.name === scheduleName);
  if (schedule) return { agentName: agent.qualifiedName, schedule };
  const existing = agent.schedules.map((item) => item.name);
  throw new ScheduleNotFoundError(agent.qualifiedName, scheduleName, existing);
}
