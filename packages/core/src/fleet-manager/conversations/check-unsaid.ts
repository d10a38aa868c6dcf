import { FleetManagerError } from "../../errors.ts";
import { LineReader } from "../../state/line-reader.ts";
import type { Fleet } from "../fleet.ts";
import { findSaved, keepsTranscripts } from "../sessions/session-home.ts";

/** A message that is to be said. */
export interface UnsaidMessage {
  readonly id: string;
  /** What it is said in, where something has been said before. */
  readonly sessionId: string | undefined;
  /** Ids of what was said lately, which the session may not have on disk yet. */
  readonly recent: ReadonlySet<string>;
}

/**
 * Refuses a message that Claude has got before: it answers each id once, also in a session that it
 * resumes, and to a second message of the same id it says nothing at all.
 *
 * @throws `INVALID_REQUEST`
 */
export async function checkUnsaid(
  fleet: Fleet,
  agentName: string,
  { id, sessionId, recent }: UnsaidMessage,
): Promise<void> {
  const isSaid = recent.has(id) || (await isIn(fleet, agentName, { id, sessionId }));
  if (!isSaid) return;
  throw new FleetManagerError(
    `The message ${id} has been said before in this conversation. Give a new one a new id.`,
    { code: "INVALID_REQUEST", context: { agentName, sessionId } },
  );
}

async function isIn(
  fleet: Fleet,
  agentName: string,
  { id, sessionId }: Omit<UnsaidMessage, "recent">,
): Promise<boolean> {
  // Removed meanwhile, it is still there in a process that lives.
  const agent = fleet.config.agents.find(({ qualifiedName }) => qualifiedName === agentName);
  if (!agent || sessionId === undefined || !keepsTranscripts(fleet)) return false;
  const path = await findSaved(fleet, agent, sessionId);
  if (path === undefined) return false;
  const reader = new LineReader(path);
  try {
    // Inside of what is said, its quotation marks would be escaped.
    const field = JSON.stringify({ uuid: id }).slice(1, -1);
    for await (const line of reader.wholeLines()) if (line.includes(field)) return true;
    return false;
  } finally {
    await reader.close();
  }
}
