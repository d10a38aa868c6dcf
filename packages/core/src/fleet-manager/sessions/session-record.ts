import type { ResolvedAgent } from "../../config/resolved.ts";
import { sessionScope } from "../../sessions/policy.ts";
import type { JobRecord } from "../../state/job-record.ts";
import type { SessionRecord } from "../../state/store.ts";
import type { Fleet } from "../fleet.ts";
import { isSaved } from "./session-home.ts";

interface Work {
  readonly record: JobRecord;
  readonly agent: ResolvedAgent;
}

/** What is remembered of the session that a job leaves, for jobs that may continue it. */
export function toSessionRecord(
  fleet: Pick<Fleet, "clock" | "store">,
  { record, agent }: Work,
  sessionId: string,
): SessionRecord {
  const schedule = agent.schedules.find((item) => item.name === record.scheduleName);
  const now = new Date(fleet.clock.now()).toISOString();
  return {
    sessionId,
    agentName: record.agentName,
    scope: sessionScope(agent, schedule) ?? `job:${record.id}`,
    runtime: record.runtime,
    container: agent.docker?.enabled ?? false,
    workingDirectory: record.workingDirectory,
    jobId: record.id,
    createdAt: fleet.store.sessions.get(sessionId)?.createdAt ?? now,
    lastUsedAt: now,
  };
}

/** The session that a job left whose owner died, where it got to the disk. */
export async function sessionLeft(
  fleet: Fleet,
  { record, agent }: Work,
): Promise<SessionRecord | undefined> {
  const { sessionId, launch } = record;
  // A conversation stores its own, and an agent that is gone has none to go on with.
  const isKnown = fleet.config.agents.some((item) => item.qualifiedName === record.agentName);
  if (sessionId === undefined || !launch || record.conversation || !isKnown) return undefined;
  if (!(await isSaved(fleet, agent, sessionId))) return undefined;
  return toSessionRecord(fleet, { record, agent }, sessionId);
}
