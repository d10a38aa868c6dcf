import type { ResolvedAgent } from "../../config/resolved.ts";
import { FleetManagerError } from "../../errors.ts";
import { type LiveSession, readLiveSessions } from "../../sessions/live-session.ts";
import { readTranscript, type SessionMessagePage } from "../../sessions/read-transcript.ts";
import { SessionNotFoundError } from "../errors.ts";
import { type Fleet, findAgent } from "../fleet.ts";
import { describeSession } from "./describe-session.ts";
import { findNamed } from "./find-named.ts";
import { findSessions, type FoundSession } from "./find-sessions.ts";
import { sessionHome } from "./session-home.ts";
import type { Session, SessionFilter, SessionMessageFilter } from "./session-types.ts";
import { shorten } from "./shorten.ts";

const newest = 50;
const pageSize = 100;
/** Files to open at the same time. */
const atOnce = 16;

/** The sessions of an agent or of the fleet, last used first. */
export async function getSessions(
  fleet: Fleet,
  { agentName, all = false }: SessionFilter,
): Promise<readonly Session[]> {
  const { config } = fleet;
  const agents = agentName === undefined ? config.agents : [findAgent(config, agentName)];
  const found = await findSessions(fleet, agents, all ? {} : { limit: newest });
  const live = await liveSessions(fleet, agents);
  const sessions: Session[] = [];
  for (let start = 0; start < found.length; start += atOnce) {
    const some = found.slice(start, start + atOnce);
    const described = await Promise.all(some.map((item) => describeSession(fleet, item, live)));
    sessions.push(...described.filter((session) => session !== undefined));
  }
  return sessions;
}

/** One session, by its id or a unique start of it. */
export async function getSession(fleet: Fleet, id: string): Promise<Session> {
  const found = await findSession(fleet, id);
  const session = await describeSession(fleet, found, await liveSessions(fleet, [found.agent]));
  if (!session) throw new SessionNotFoundError(id);
  return session;
}

/** A part of what was said in a session. */
export async function getSessionMessages(
  fleet: Fleet,
  id: string,
  { limit = pageSize, cursor }: SessionMessageFilter,
): Promise<SessionMessagePage> {
  const { sessionId, file } = await findSession(fleet, id);
  if (!file) throw gone(sessionId);
  const page = await readTranscript(file.path, { limit, ...(cursor !== undefined && { cursor }) });
  // Masked first: half a secret would no longer be known as one.
  const messages = page.messages.map((message) => shorten(fleet.redactor.value(message)));
  return { ...page, messages };
}

async function findSession(fleet: Fleet, id: string): Promise<FoundSession> {
  const found = await findNamed(fleet, id);
  if (!found) throw new SessionNotFoundError(id);
  return found;
}

async function liveSessions(
  fleet: Fleet,
  agents: readonly ResolvedAgent[],
): Promise<readonly LiveSession[]> {
  const homes = new Set(agents.map((agent) => sessionHome(fleet, agent)));
  return (await Promise.all([...homes].map(readLiveSessions))).flat();
}

function gone(sessionId: string): FleetManagerError {
  return new FleetManagerError(
    `What was said in session ${sessionId} is no longer on disk: somebody deleted it, or Claude Code ` +
      "did after its `cleanupPeriodDays`.",
    { code: "SESSION_NOT_FOUND", context: { sessionId } },
  );
}
