import type { ResolvedAgent } from "../../config/resolved.ts";
import { findObstacle } from "../../sessions/policy.ts";
import type { JobRecord } from "../../state/job-record.ts";
import { SessionNotFoundError, SessionNotResumableError } from "../errors.ts";
import type { Fleet } from "../fleet.ts";
import { isSaved } from "./session-home.ts";

/**
 * Checks that an agent can continue, or branch off from, exactly this session.
 *
 * @throws SessionNotFoundError; SessionNotResumableError, which says why
 */
export async function checkSession(
  fleet: Pick<Fleet, "store" | "clock" | "env" | "state" | "options">,
  agent: ResolvedAgent,
  session: JobRecord["session"],
): Promise<void> {
  const from = session?.from;
  if (from === undefined) return;
  const known = fleet.store.sessions.get(from);
  const obstacle = known && findObstacle(agent, known, fleet.clock.now());
  // A fork leaves the session as it is, however old that may be.
  const isIgnored = session?.mode === "fork" && obstacle?.reason === "expired";
  if (obstacle && !isIgnored) throw new SessionNotResumableError(from, obstacle);
  if (await isSaved(fleet, agent, from)) return;
  if (known) throw new SessionNotResumableError(from, { reason: "no_transcript", message: gone });
  if (!wasUsed(fleet, agent, from)) throw new SessionNotFoundError(from);
  throw new SessionNotResumableError(from, { reason: "no_transcript", message: unsaved });
}

/**
 * Checks that what was said in a session is on disk.
 *
 * @throws SessionNotResumableError
 */
export async function checkTranscript(
  fleet: Pick<Fleet, "env" | "options" | "state">,
  agent: ResolvedAgent,
  sessionId: string,
): Promise<void> {
  if (await isSaved(fleet, agent, sessionId)) return;
  throw new SessionNotResumableError(sessionId, { reason: "no_transcript", message: gone });
}

// Older jobs have left the history, or been forgotten by whoever asks.
const recentJobs = 200;

function wasUsed(
  { store }: Pick<Fleet, "store">,
  agent: ResolvedAgent,
  sessionId: string,
): boolean {
  const { jobs } = store.jobs.list({ agentName: agent.qualifiedName, limit: recentJobs });
  return jobs.some((job) => job.sessionId === sessionId);
}

const gone =
  "is no longer where Claude Code kept it; somebody deleted it, or Claude Code did after its " +
  "`cleanupPeriodDays`";
const unsaved =
  "was never saved, because claude was ended before it could write anything (`herdctl retry` " +
  "repeats such a job)";
