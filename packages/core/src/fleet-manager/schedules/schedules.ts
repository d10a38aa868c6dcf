import type { ResolvedConfig } from "../../config/resolved.ts";
import type { ScheduleEntry } from "../../scheduler/schedule-entry.ts";
import type { MissedRange } from "../../scheduler/scheduler.ts";
import type { FireKey, SkipReason } from "../../state/store.ts";
import type { Fleet } from "../fleet.ts";

/** Every schedule of the fleet with its agent. */
export function scheduleEntries(config: ResolvedConfig): readonly ScheduleEntry[] {
  return config.agents.flatMap((agent) =>
    agent.schedules.map((schedule) => ({ agentName: agent.qualifiedName, schedule })),
  );
}

/** Reports instants that passed while nobody could fire them. */
export function reportMissed(fleet: Fleet, missed: MissedRange): void {
  const { agentName, scheduleName, from, until, count } = missed;
  fleet.log.warn(
    `schedule ${agentName}/${scheduleName} missed ${count} due ${count === 1 ? "time" : "times"} ` +
      `(${from.toISOString()} … ${until.toISOString()})`,
    { agentName, source: "scheduler" },
  );
  fleet.emit("schedule:missed", missed);
}

/** Reports a due instant that made no job. */
export function reportSkipped(
  fleet: Fleet,
  { agentName, scheduleName }: FireKey,
  reason: SkipReason,
): void {
  fleet.log.info(`schedule ${agentName}/${scheduleName} skipped: ${reason}`, {
    agentName,
    source: "scheduler",
  });
  fleet.emit("schedule:skipped", { agentName, scheduleName, reason });
}
