import type { ResolvedAgent, ResolvedSchedule } from "../../config/resolved.ts";
import { sessionScope } from "../../sessions/policy.ts";
import type { Fleet } from "../fleet.ts";
import { findUser } from "./open-session.ts";

/** Tells whether a job, or a person, is in the conversation that a job of this schedule would continue. */
export async function isSessionBusy(
  fleet: Pick<Fleet, "store" | "env" | "state" | "options">,
  agent: ResolvedAgent,
  schedule: ResolvedSchedule,
): Promise<boolean> {
  const agentName = agent.qualifiedName;
  const scope = sessionScope(agent, schedule);
  const last = scope === undefined ? undefined : fleet.store.sessions.current(agentName, scope);
  if (!last) return false;
  const { jobs } = fleet.store.jobs.list({ agentName, status: ["running", "waiting"] });
  if (jobs.some((job) => job.sessionId === last.sessionId)) return true;
  return (await findUser(fleet, agent, last.sessionId)) !== undefined;
}
