import { readTranscript } from "../sessions/read-transcript.ts";
import { indexTranscripts } from "../sessions/transcript-file.ts";
import type { SessionMessage } from "../sessions/transcript-line.ts";
import type { JobRecord } from "../state/job-record.ts";
import type { Fleet } from "./fleet.ts";
import { sessionHome } from "./sessions/session-home.ts";

const pageSize = 1_000;

/**
 * Tells from its session whether Claude said or did something in a job. A herdctl that is killed may
 * take the last of it with it before it is in the output, while Claude's tool runs to its end.
 */
export async function workedInSession(
  fleet: Pick<Fleet, "config" | "env" | "state">,
  { agentName, sessionId, startedAt }: JobRecord,
): Promise<boolean> {
  const agent = fleet.config.agents.find((item) => item.qualifiedName === agentName);
  if (!agent || sessionId === undefined || startedAt === undefined) return false;
  const path = (await indexTranscripts(sessionHome(fleet, agent))).get(sessionId);
  if (path === undefined) return false;
  // A continued session has the work of earlier jobs, too.
  const isOurs = ({ role, type, timestamp }: SessionMessage): boolean =>
    role === "assistant" && type !== "error" && timestamp.getTime() >= Date.parse(startedAt);
  let page = await readTranscript(path, { limit: pageSize });
  while (!page.messages.some(isOurs)) {
    if (page.nextCursor === undefined) return false;
    page = await readTranscript(path, { limit: pageSize, cursor: page.nextCursor });
  }
  return true;
}
