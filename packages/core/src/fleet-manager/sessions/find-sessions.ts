import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { projectFolderName } from "../../claude-home.ts";
import type { ResolvedAgent } from "../../config/resolved.ts";
import {
  indexTranscripts,
  statTranscript,
  type TranscriptFile,
} from "../../sessions/transcript-file.ts";
import type { SessionRecord } from "../../state/store.ts";
import type { Fleet } from "../fleet.ts";
import { sessionHome } from "./session-home.ts";

/** A session as the store and Claude Code's home show it at first sight. */
export interface FoundSession {
  readonly sessionId: string;
  readonly agent: ResolvedAgent;
  /** The agent's folder without symbolic links, as Claude Code knows it. */
  readonly folder: string;
  readonly record?: SessionRecord;
  readonly file?: TranscriptFile;
  /** Milliseconds since the epoch. */
  readonly lastUsed: number;
}

/** The sessions of these agents, last used first: of their jobs, and of anybody in their folders. */
export async function findSessions(
  fleet: Pick<Fleet, "store" | "env">,
  agents: readonly ResolvedAgent[],
  limit?: number,
): Promise<readonly FoundSession[]> {
  const indexes = new Map<string, ReadonlyMap<string, string>>();
  const found = new Map<string, FoundSession>();
  for (const agent of agents) {
    const home = sessionHome(fleet, agent);
    const index = indexes.get(home) ?? (await indexTranscripts(home));
    indexes.set(home, index);
    for (const session of await sessionsOf(fleet, agent, { home, index, limit })) {
      // Agents may share a folder; who has a record of it comes first.
      if (session.record || !found.has(session.sessionId)) found.set(session.sessionId, session);
    }
  }
  const sorted = [...found.values()].toSorted((a, b) => b.lastUsed - a.lastUsed);
  return sorted.slice(0, limit);
}

interface Home {
  readonly home: string;
  /** Paths of transcripts by session id. */
  readonly index: ReadonlyMap<string, string>;
  readonly limit: number | undefined;
}

async function sessionsOf(
  fleet: Pick<Fleet, "store">,
  agent: ResolvedAgent,
  { home, index, limit }: Home,
): Promise<readonly FoundSession[]> {
  const records = fleet.store.sessions.list(agent.qualifiedName, limit);
  const known = new Set(records.map(({ sessionId }) => sessionId));
  const folder = await realPathOf(agent.workingDirectory);
  const project = join(home, "projects", projectFolderName(folder));
  const others = [...index].filter(([id, path]) => path === join(project, `${id}.jsonl`));
  const found: FoundSession[] = [];
  for (const record of records) {
    const { sessionId } = record;
    const path = index.get(sessionId);
    const file = path === undefined ? undefined : await statTranscript(path);
    const lastUsed = Math.max(Date.parse(record.lastUsedAt), file?.modified ?? 0);
    found.push({ sessionId, agent, folder, record, ...(file && { file }), lastUsed });
  }
  for (const [sessionId, path] of others) {
    if (known.has(sessionId) || fleet.store.sessions.get(sessionId)) continue;
    const file = await statTranscript(path);
    if (file) found.push({ sessionId, agent, folder, file, lastUsed: file.modified });
  }
  return found;
}

async function realPathOf(path: string): Promise<string> {
  // A folder that is gone can still have had sessions.
  return realpath(path).catch(() => path);
}
