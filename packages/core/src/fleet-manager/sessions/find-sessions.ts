import { realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { projectFolderName } from "../../claude-home.ts";
import type { ResolvedAgent } from "../../config/resolved.ts";
import { findSessionFile } from "../../runner/runtime/session-path.ts";
import {
  indexTranscripts,
  statTranscript,
  type TranscriptFile,
} from "../../sessions/transcript-file.ts";
import type { SessionRecord } from "../../state/store.ts";
import type { Fleet } from "../fleet.ts";
import { toAgentPath } from "../../runner/runtime/container/workspace-path.ts";
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

/** Which of the sessions to find. */
interface FindOptions {
  /** The start of their ids. */
  readonly prefix?: string;
  /** As many as were last used. */
  readonly limit?: number;
}

/** The sessions of these agents, last used first: of their jobs, and of anybody in their folders. */
export async function findSessions(
  fleet: Pick<Fleet, "store" | "env" | "state">,
  agents: readonly ResolvedAgent[],
  options: FindOptions = {},
): Promise<readonly FoundSession[]> {
  const indexes = new Map<string, ReadonlyMap<string, string>>();
  const found = new Map<string, FoundSession>();
  for (const agent of agents) {
    const home = sessionHome(fleet, agent);
    const index = indexes.get(home) ?? (await indexTranscripts(home));
    indexes.set(home, index);
    for (const session of await sessionsOf(fleet, agent, { home, index, ...options })) {
      // Agents may share a folder; who has a record of it comes first.
      if (session.record || !found.has(session.sessionId)) found.set(session.sessionId, session);
    }
  }
  const sorted = [...found.values()].toSorted((a, b) => b.lastUsed - a.lastUsed);
  return sorted.slice(0, options.limit);
}

interface Search extends FindOptions {
  readonly home: string;
  /** Paths of transcripts by session id. */
  readonly index: ReadonlyMap<string, string>;
}

async function sessionsOf(
  fleet: Pick<Fleet, "store">,
  agent: ResolvedAgent,
  { home, index, prefix = "", limit }: Search,
): Promise<readonly FoundSession[]> {
  const folder = await realPathOf(agent.workingDirectory);
  const seen = toAgentPath({ ...agent, workingDirectory: folder }, folder);
  const project = join(home, "projects", projectFolderName(seen), sep);
  const records = fleet.store.sessions
    .list(agent.qualifiedName, limit)
    .filter(({ sessionId }) => sessionId.startsWith(prefix));
  const others = [...index].filter(
    ([id, path]) =>
      id.startsWith(prefix) && path.startsWith(project) && !fleet.store.sessions.get(id),
  );
  const found = [
    ...records.map((record) =>
      addFile({ sessionId: record.sessionId, agent, folder, record }, index.get(record.sessionId)),
    ),
    ...others.map(([sessionId, path]) => addFile({ sessionId, agent, folder }, path)),
  ];
  // Nobody knows of it but its file, which may be gone or empty.
  return (await Promise.all(found)).filter(({ record, file }) => record ?? file);
}

/** One session that the store knows by its whole id, without a look at any other. */
export async function findRecorded(
  fleet: Pick<Fleet, "store" | "env" | "state" | "config">,
  sessionId: string,
): Promise<FoundSession | undefined> {
  const record = fleet.store.sessions.get(sessionId);
  const agent = fleet.config.agents.find((item) => item.qualifiedName === record?.agentName);
  if (!record || !agent) return undefined;
  const cwd = agent.workingDirectory;
  const path = await findSessionFile({ claudeHome: sessionHome(fleet, agent), cwd, sessionId });
  return addFile({ sessionId, agent, folder: await realPathOf(cwd), record }, path);
}

async function addFile(
  session: Omit<FoundSession, "file" | "lastUsed">,
  path: string | undefined,
): Promise<FoundSession> {
  const file = path === undefined ? undefined : await statTranscript(path);
  const recorded = session.record ? Date.parse(session.record.lastUsedAt) : 0;
  return { ...session, ...(file && { file }), lastUsed: Math.max(recorded, file?.modified ?? 0) };
}

async function realPathOf(path: string): Promise<string> {
  // A folder that is gone can still have had sessions.
  return realpath(path).catch(() => path);
}
