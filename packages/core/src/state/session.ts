import type { StateManager } from "./manager.ts";
import type { SessionRecord } from "./store.ts";

/** What is known of a session when a run ends. */
export type SessionInfo = Omit<SessionRecord, "scope" | "container" | "createdAt" | "lastUsedAt"> &
  Partial<SessionRecord>;

/** Stores a session so that a later run can continue it; it becomes the last one of its scope. */
export async function saveSessionInfo(
  state: StateManager,
  session: SessionInfo,
): Promise<SessionRecord> {
  const now = new Date(state.clock.now()).toISOString();
  const createdAt = state.store.sessions.get(session.sessionId)?.createdAt ?? now;
  const record = { scope: "agent", container: false, createdAt, lastUsedAt: now, ...session };
  await state.store.sessions.save(record);
  return record;
}

/** The session that an agent continues: the last one, or that of another scope. */
export function getSessionInfo(
  state: StateManager,
  agentName: string,
  scope = "agent",
): SessionRecord | undefined {
  return state.store.sessions.current(agentName, scope);
}
