import type { LiveSession } from "../../sessions/live-session.ts";
import { findObstacle } from "../../sessions/policy.ts";
import { summarizeTranscript } from "../../sessions/summarize-transcript.ts";
import type { Fleet } from "../fleet.ts";
import type { FoundSession } from "./find-sessions.ts";
import { keepsTranscripts } from "./session-home.ts";
import type { Session } from "./session-types.ts";

/**
 * Adds what the head and the tail of its transcript say, and whether a job can continue it. `undefined`:
 * it belongs to another folder, whose name Claude Code writes alike.
 */
export async function describeSession(
  fleet: Pick<Fleet, "clock" | "store" | "options" | "redactor">,
  found: FoundSession,
  live: readonly LiveSession[],
): Promise<Session | undefined> {
  const { sessionId, agent, folder, record, file } = found;
  const summary = file && (await summarizeTranscript(file.path));
  if (!record && (summary?.workingDirectory ?? folder) !== folder) return undefined;
  const { title, firstPrompt } = fleet.redactor.value({ ...summary });
  const createdAt = summary?.createdAt ?? (record && new Date(record.createdAt));
  const obstacle = obstacleOf(fleet, found);
  const openIn = live.find((user) => user.sessionId === sessionId)?.pid;
  const job = record?.jobId ?? runningJob(fleet, sessionId);
  return {
    sessionId,
    agentName: agent.qualifiedName,
    origin: job === undefined ? "other" : "herdctl",
    ...(record && { scope: record.scope, runtime: record.runtime }),
    ...(job !== undefined && { jobId: job }),
    container: record?.container ?? false,
    workingDirectory: record?.workingDirectory ?? agent.workingDirectory,
    ...(title !== undefined && !isOurs(title) && { title: oneLine(title) }),
    ...(firstPrompt !== undefined && { firstPrompt: oneLine(firstPrompt) }),
    ...(file && { bytes: file.bytes }),
    ...(createdAt && { createdAt }),
    lastUsedAt: new Date(found.lastUsed),
    resumable: obstacle === undefined,
    ...(obstacle && { obstacle }),
    ...(openIn !== undefined && { openIn }),
  };
}

function obstacleOf(
  fleet: Pick<Fleet, "clock" | "options">,
  { agent, record, file }: FoundSession,
): Session["obstacle"] {
  const obstacle = record && findObstacle(agent, record, fleet.clock.now());
  if (obstacle) return obstacle;
  if (file || !keepsTranscripts(fleet)) return undefined;
  return { reason: "no_transcript", message: "is no longer on disk" };
}

/** The first job in a session: until it ends, the session has no record. */
function runningJob({ store }: Pick<Fleet, "store">, sessionId: string): string | undefined {
  return store.jobs.live().find((job) => job.sessionId === sessionId)?.id;
}

/** Jobs name their sessions so that a person who looks into Claude Code's own list knows them. */
function isOurs(title: string): boolean {
  return /\bjob-[0-9a-z]{16}$/.test(title);
}

const longest = 200;

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}
