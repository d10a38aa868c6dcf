import { randomUUID } from "node:crypto";
import type { ResolvedAgent } from "../../config/resolved.ts";
import { planSession, type SessionPlan } from "../../sessions/policy.ts";
import type { JobRecord } from "../../state/job-record.ts";
import type { SessionRecord } from "../../state/store.ts";
import type { Fleet } from "../fleet.ts";
import { checkSession } from "../sessions/check-session.ts";
import { getSession } from "../sessions/session-queries.ts";
import { isSaved } from "../sessions/session-home.ts";

/** Which session a conversation continues. */
export interface ConversationSession {
  readonly key: string;
  /** Exactly this one, until the conversation has its own. */
  readonly resume?: string;
  /** Makes the resumed session that of the key, whatever it belonged to. */
  readonly isNamed: boolean;
}

/**
 * Finds what `resume` and `key` name.
 *
 * @throws SessionNotFoundError; SessionNotResumableError, which says why
 */
export async function findConversation(
  fleet: Fleet,
  agent: ResolvedAgent,
  { resume, key }: { readonly resume?: string; readonly key?: string },
): Promise<ConversationSession> {
  if (resume === undefined) return { key: key ?? randomUUID(), isNamed: true };
  const { sessions } = fleet.store;
  const keyed = sessions.current(agent.qualifiedName, conversationScope(resume));
  const known = keyed ?? sessions.get(resume) ?? (await getSession(fleet, resume));
  const { sessionId } = known;
  const record = sessions.get(sessionId);
  await checkSession(fleet, agent, { mode: "resume", from: sessionId });
  return {
    key: key ?? keyOf(record) ?? sessionId,
    resume: sessionId,
    isNamed: key !== undefined || record === undefined,
  };
}

/** How the next job of a conversation begins. */
export async function planConversation(
  fleet: Fleet,
  agent: ResolvedAgent,
  { key, resume }: ConversationSession,
): Promise<SessionPlan> {
  const last = fleet.store.sessions.current(agent.qualifiedName, conversationScope(key));
  if (resume !== undefined && last?.sessionId !== resume) {
    return { session: { mode: "resume", from: resume } };
  }
  const plan = planSession(agent, last, fleet.clock.now());
  const { from } = plan.session;
  if (from === undefined || (await isSaved(fleet, agent, from))) return plan;
  return { session: { mode: "new" }, note: "the last session is no longer on disk" };
}

/** A job that a conversation has said something in. */
export interface SaidIn {
  readonly job: JobRecord;
  readonly agent: ResolvedAgent;
}

/** Stores the session of a conversation's job, so that it is found after a crash, too. */
export async function saveConversation(
  { store, clock }: Pick<Fleet, "store" | "clock">,
  { job, agent }: SaidIn,
  { key, isNamed }: ConversationSession,
): Promise<void> {
  const { sessionId } = job;
  if (sessionId === undefined) return;
  const known = store.sessions.get(sessionId);
  const now = new Date(clock.now()).toISOString();
  await store.sessions.save({
    sessionId,
    agentName: job.agentName,
    scope: isNamed ? conversationScope(key) : (known?.scope ?? conversationScope(key)),
    runtime: job.runtime,
    container: agent.docker?.enabled ?? false,
    workingDirectory: job.workingDirectory,
    jobId: job.id,
    createdAt: known?.createdAt ?? now,
    lastUsedAt: now,
  });
}

const prefix = "conversation:";

/** What a conversation continues: its last session. */
export function conversationScope(key: string): string {
  return `${prefix}${key}`;
}

function keyOf(record: SessionRecord | undefined): string | undefined {
  return record?.scope.startsWith(prefix) ? record.scope.slice(prefix.length) : undefined;
}
