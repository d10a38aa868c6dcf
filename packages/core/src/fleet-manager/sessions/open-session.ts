import { randomUUID } from "node:crypto";
import type { ResolvedAgent } from "../../config/resolved.ts";
import type { SessionRequest } from "../../runner/runtime/interface.ts";
import { readLiveSessions } from "../../sessions/live-session.ts";
import { planSession, type SessionPlan, sessionScope } from "../../sessions/policy.ts";
import type { JobRecord } from "../../state/job-record.ts";
import type { Parking } from "../end-attempt.ts";
import type { Fleet } from "../fleet.ts";
import { checkSession, checkTranscript } from "./check-session.ts";
import { isSaved, keepsTranscripts, sessionHome } from "./session-home.ts";

/** The conversation of an attempt, which is now its own; or why it must wait for it. */
export type OpenedSession = { readonly session: SessionRequest } | { readonly wait: Parking };

/**
 * Decides which session an attempt is in, and takes it: one live process per session, whoever started
 * it. What was asked for by name is continued exactly or not at all; what goes on from earlier jobs, or
 * from an attempt that was cut off, begins afresh where nothing is left of it.
 *
 * @throws SessionNotFoundError, SessionNotResumableError
 */
export async function openSession(
  fleet: Fleet,
  record: JobRecord,
  agent: ResolvedAgent,
): Promise<OpenedSession> {
  const { session: plan, note } = await decideSession(fleet, record, agent);
  const hold = { id: record.id, fence: record.fence };
  const user = plan.from === undefined ? undefined : await findUser(fleet, agent, plan.from);
  if (user !== undefined) return { wait: openElsewhere(fleet, record, user) };
  const session = toRequest(plan);
  if (!(await fleet.store.sessions.lease(session.id, hold))) return { wait: inOtherJob(fleet) };
  if (note !== undefined) await fleet.store.jobs.update(hold, { sessionNote: note });
  return { session };
}

async function decideSession(
  fleet: Fleet,
  record: JobRecord,
  agent: ResolvedAgent,
): Promise<SessionPlan> {
  const { session, continuation } = record;
  if (!session) return continueScope(fleet, record, agent);
  // What a person has decided about is carried out in this session or not at all, however old it is.
  if (record.approvalId !== undefined) {
    await checkTranscript(fleet, agent, session.from ?? "");
    return { session };
  }
  const isOwn = continuation !== undefined && session.from !== undefined;
  if (isOwn && !(await isSaved(fleet, agent, session.from ?? ""))) {
    return { session: { mode: "new" }, note: "claude was ended before its session was saved" };
  }
  if (!isOwn) await checkSession(fleet, agent, session);
  return { session };
}

async function continueScope(
  fleet: Fleet,
  { scheduleName }: JobRecord,
  agent: ResolvedAgent,
): Promise<SessionPlan> {
  const schedule = agent.schedules.find((item) => item.name === scheduleName);
  const scope = sessionScope(agent, schedule);
  const last =
    scope === undefined ? undefined : fleet.store.sessions.current(agent.qualifiedName, scope);
  const plan = planSession(agent, last, fleet.clock.now());
  const { from } = plan.session;
  if (from === undefined || (await isSaved(fleet, agent, from))) return plan;
  return { session: { mode: "new" }, note: "the last session is no longer on disk" };
}

/** The process that has a session open at this moment. */
export async function findUser(
  fleet: Pick<Fleet, "env" | "options" | "state">,
  agent: ResolvedAgent,
  sessionId: string,
): Promise<number | undefined> {
  if (!keepsTranscripts(fleet)) return undefined;
  const live = await readLiveSessions(sessionHome(fleet, agent));
  return live.find((user) => user.sessionId === sessionId)?.pid;
}

function toRequest({ mode, from }: SessionPlan["session"]): SessionRequest {
  if (from === undefined) return { mode: "new", id: randomUUID() };
  return mode === "fork" ? { mode, id: randomUUID(), from } : { mode: "resume", id: from };
}

function inOtherJob({ clock }: Fleet): Parking {
  const wakeAt = new Date(clock.now() + 1_000).toISOString();
  return { waitingFor: "session", wakeAt, reason: "its session is in use by another job" };
}

// A person may have it open for hours.
function openElsewhere({ clock }: Fleet, { attempt }: JobRecord, pid: number): Parking {
  const wait = Math.min(1_000 * 2 ** Math.min(attempt, 5), 15_000);
  return {
    waitingFor: "session",
    wakeAt: new Date(clock.now() + wait).toISOString(),
    reason: `its session is open in another claude (process ${pid})`,
  };
}
