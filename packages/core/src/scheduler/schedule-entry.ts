import type { ResolvedSchedule } from "../config/resolved.ts";

/** A schedule of an agent. */
export interface ScheduleEntry {
  readonly agentName: string;
  readonly schedule: ResolvedSchedule;
}

/** Identifies a schedule in the fleet. */
export function keyOf({ agentName, schedule }: ScheduleEntry): string {
  return `${agentName}/${schedule.name}`;
}
