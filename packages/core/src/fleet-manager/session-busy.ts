import type { ResolvedAgent, ResolvedSchedule } from "../config/resolved.ts";
import { sessionScope } from "../sessions/policy.ts";
import type { Fleet } from "./fleet.ts";

/** Tells whether another job is in the conversation that a job of this schedule would continue. */
export function isSessionBusy(
  fleet: Pick<Fleet, "store">,
  agent: ResolvedAgent,
  schedule: ResolvedSchedule,
): boolean {
  const agentName = agent.qualifiedName;
  const scope = sessionScope(agent, schedule);
  const last = scope === undefined ? undefined : fleet.store.sessions.current(agentName, scope);
  if (!last) return false;
  const { jobs } = fleet.store.jobs.list({ agentName, status: ["running", "waiting"] });
  return jobs.some((job) => job.sessionId === last.sessionId);
}
