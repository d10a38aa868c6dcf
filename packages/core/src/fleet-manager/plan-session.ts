import type { ResolvedAgent, ResolvedSchedule } from "../config/resolved.ts";
import type { JobRecord } from "../state/job-record.ts";
import type { Fleet } from "./fleet.ts";
import type { TriggerRequest } from "./trigger-request.ts";

/** Decides which conversation a new job continues, if any. */
export function planSession(
  fleet: Pick<Fleet, "store" | "clock">,
  { agent, schedule, options }: TriggerRequest,
): NonNullable<JobRecord["session"]> {
  if (options.resume !== undefined) return { mode: "resume", from: options.resume };
  const scope = sessionScope(agent, schedule);
  if (scope === undefined) return { mode: "new" };
  const last = fleet.store.sessions.current(agent.qualifiedName, scope);
  if (
    !last ||
    last.runtime !== agent.runtime ||
    last.container !== (agent.docker?.enabled ?? false)
  ) {
    return { mode: "new" };
  }
  const idle = fleet.clock.now() - Date.parse(last.lastUsedAt);
  return idle > agent.session.timeout ? { mode: "new" } : { mode: "resume", from: last.sessionId };
}

/** What a job's session continues: the schedule's conversation, the agent's, or nothing. */
export function sessionScope(
  agent: ResolvedAgent,
  schedule: ResolvedSchedule | undefined,
): string | undefined {
  if (schedule?.resumeSession) return `schedule:${schedule.name}`;
  return agent.session.mode === "persistent" ? "agent" : undefined;
}
