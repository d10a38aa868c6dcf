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
  const obstacle = findObstacle(agent, last, now);
  if (obstacle) return { session: { mode: "new" }, note: `the last session ${obstacle.message}` };
  return { session: { mode: "resume", from: last.sessionId } };
}

/** Why a session cannot be continued. */
export type SessionObstacle =
  | "other_runtime"
  | "other_container"
  | "other_directory"
  | "expired"
  | "no_transcript";

/** What keeps an agent from continuing a session; the message goes on after its name. */
export function findObstacle(
  agent: ResolvedAgent,
  session: Pick<SessionRecord, "runtime" | "container" | "workingDirectory" | "lastUsedAt">,
  now: number,
): { readonly reason: SessionObstacle; readonly message: string } | undefined {
  if (session.runtime !== agent.runtime) {
    return { reason: "other_runtime", message: `belongs to the ${session.runtime} runtime` };
  }
  const container = agent.docker?.enabled ?? false;
  if (session.container !== container) {
    const place = session.container ? "in a container" : "to the host";
    return { reason: "other_container", message: `belongs ${place}` };
  }
  if (session.workingDirectory !== agent.workingDirectory) {
    return { reason: "other_directory", message: `belongs to ${session.workingDirectory}` };
  }
  const idle = now - Date.parse(session.lastUsedAt);
  if (idle <= agent.session.timeout) return undefined;
  return { reason: "expired", message: "has expired" };
}
