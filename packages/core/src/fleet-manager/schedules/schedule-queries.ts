import { previewSchedule as preview } from "../../scheduler/preview.ts";
import type { FireFate, FireRecord, SkipReason } from "../../state/store.ts";
import type { Fleet } from "../fleet.ts";
import { knownAgent } from "../known-agent.ts";
import { findSchedule, type ScheduleNames } from "./schedule-switch.ts";

/** What became of one due instant of a schedule, or of several in a row that share their fate. */
export interface ScheduleFire {
  readonly agentName: string;
  readonly scheduleName: string;
  readonly dueAt: Date;
  /** Last of the instants; absent: it is one. */
  readonly until?: Date;
  readonly count: number;
  readonly fate: FireFate;
  /** Why it made no job. */
  readonly reason?: SkipReason;
  readonly jobId?: string;
  readonly decidedAt?: Date;
}

/** A page of {@link ScheduleFire}s, latest due time first. */
export interface ScheduleFireList {
  readonly fires: readonly ScheduleFire[];
  readonly nextCursor?: string;
}

/** Selects fires. */
export interface ScheduleFireFilter {
  readonly agentName?: string;
  readonly scheduleName?: string;
  /** At most this many (default 100). */
  readonly limit?: number;
  readonly cursor?: string;
}

const defaultLimit = 100;

/** The ledger of due instants. */
export function getScheduleFires(fleet: Fleet, filter: ScheduleFireFilter): ScheduleFireList {
  const { agentName, limit = defaultLimit, ...rest } = filter;
  const { fires, nextCursor } = fleet.store.fires.list({
    ...rest,
    limit,
    ...(agentName !== undefined && { agentName: knownAgent(fleet, agentName) }),
  });
  return { fires: fires.map(toScheduleFire), ...(nextCursor !== undefined && { nextCursor }) };
}

/**
 * The next instants at which a schedule would fire if it were active and the fleet ran; none for one
 * that something else triggers.
 */
export function previewSchedule(fleet: Fleet, names: ScheduleNames, count: number): Date[] {
  const entry = findSchedule(fleet, names);
  const stored = fleet.store.schedules.get(entry.agentName, entry.schedule.name);
  const now = fleet.clock.now();
  const anchor = stored?.anchor === undefined ? now : Date.parse(stored.anchor);
  return [...preview(entry, { anchor, after: now, count })];
}

function toScheduleFire(record: FireRecord): ScheduleFire {
  const { agentName, scheduleName, count, fate, reason, jobId } = record;
  return {
    agentName,
    scheduleName,
    dueAt: new Date(record.dueAt),
    count,
    fate,
    ...(record.until !== undefined && { until: new Date(record.until) }),
    ...(reason !== undefined && { reason }),
    ...(jobId !== undefined && { jobId }),
    ...(record.decidedAt !== undefined && { decidedAt: new Date(record.decidedAt) }),
  };
}
