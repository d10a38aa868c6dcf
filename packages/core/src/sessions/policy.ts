import type { ResolvedAgent, ResolvedSchedule } from "../config/resolved.ts";
import type { JobRecord } from "../state/job-record.ts";
import type { SessionRecord } from "../state/store.ts";

/** Which conversation a job continues, and why it is a fresh one although it was to continue one. */
export interface SessionPlan {
  readonly session: NonNullable<JobRecord["session"]>;
  readonly note?: string;
}

/** What a job's session continues: the schedule's conversation, the agent's, or nothing. */
export function sessionScope(
  agent: ResolvedAgent,
  schedule: Pick<ResolvedSchedule, "name" | "resumeSession"> | undefined,
): string | undefined {
  if (schedule?.resumeSession) return `schedule:${schedule.name}`;
  return agent.session.mode === "persistent" ? "agent" : undefined;
}

/** Continues the last session of the scope, unless it belongs elsewhere or has been idle too long. */
export function planSession(
  agent: ResolvedAgent,
  last: SessionRecord | undefined,
  now: number,
): SessionPlan {
  if (!last) return { session: { mode: "new" } };
  const note = reasonForFresh(agent, last, now);
  if (note !== undefined) return { session: { mode: "new" }, note };
  return { session: { mode: "resume", from: last.sessionId } };
}

function reasonForFresh(
  agent: ResolvedAgent,
  last: SessionRecord,
  now: number,
): string | undefined {
  if (last.runtime !== agent.runtime)
    return `the last session belongs to the ${last.runtime} runtime`;
  const container = agent.docker?.enabled ?? false;
  if (last.container !== container) {
    return `the last session belongs ${last.container ? "in a container" : "to the host"}`;
  }
  if (last.workingDirectory !== agent.workingDirectory) {
    return `the last session belongs to ${last.workingDirectory}`;
  }
  const idle = now - Date.parse(last.lastUsedAt);
  return idle > agent.session.timeout ? "the last session has expired" : undefined;
}
