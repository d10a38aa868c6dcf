import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fieldOf } from "../field-of.ts";
import { LineReader } from "../state/line-reader.ts";
import { formatCursor, parseCursor, type Place } from "./transcript-cursor.ts";
import { type SessionMessage, toSessionMessages } from "./transcript-line.ts";

/** A part of a session, oldest message first. */
export interface SessionMessagePage {
  readonly messages: readonly SessionMessage[];
  readonly nextCursor?: string;
}

export interface ReadTranscriptOptions {
  /** Ends the page once it has this many messages; a line's messages stay together. */
  readonly limit: number;
  readonly cursor?: string;
}

/** A page ends when it has read this much, whatever its limit. */
const mostBytes = 4 * 1024 * 1024;

/**
 * Reads a page of a transcript. A subagent's messages stand between the tool call that started it and
 * its result. Costs memory for the page, not for the session, however long that is.
 *
 * @throws FleetManagerError `INVALID_REQUEST` when the cursor is none of ours
 */
export async function readTranscript(
  path: string,
  { limit, cursor }: ReadTranscriptOptions,
): Promise<SessionMessagePage> {
  const subagents = await findSubagents(path);
  const messages: SessionMessage[] = [];
  // Where to read on, the innermost last.
  const places: Place[] = cursor === undefined ? [{ offset: 0 }] : [...parseCursor(cursor)];
  const page = { messages, places, limit, bytes: 0 };
  for (let place = places.pop(); place; place = places.pop()) {
    const isFull = await readFrom(place, page, { path, subagents });
    if (isFull) return { messages, nextCursor: formatCursor(places) };
  }
  return { messages };
}

interface Page {
  readonly messages: SessionMessage[];
  readonly places: Place[];
  readonly limit: number;
  bytes: number;
}

interface Transcript {
  readonly path: string;
  readonly subagents: ReadonlyMap<string, Subagent>;
}

interface Subagent {
  /** Name of its file. */
  readonly name: string;
  readonly toolUseId: string;
}

/** Reads until the file ends, a subagent begins or the page is full (`true`). */
async function readFrom(place: Place, page: Page, transcript: Transcript): Promise<boolean> {
  const { name, offset } = place;
  const file = name === undefined ? transcript.path : join(subagentFolder(transcript.path), name);
  const parent = [...transcript.subagents.values()].find((subagent) => subagent.name === name);
  const reader = new LineReader(file, { position: offset });
  try {
    for await (const bytes of reader.wholeLines()) {
      const found = toSessionMessages(bytes.toString("utf8"), parent?.toolUseId);
      page.messages.push(...found);
      page.bytes += bytes.length;
      const started = found.flatMap((message) => startedBy(message, transcript)).toReversed();
      const isFull = page.messages.length >= page.limit || page.bytes >= mostBytes;
      if (!isFull && started.length === 0) continue;
      page.places.push({ ...place, offset: reader.position }, ...started);
      return isFull;
    }
    return false;
  } finally {
    await reader.close();
  }
}

function startedBy(message: SessionMessage, { subagents }: Transcript): readonly Place[] {
  if (message.type !== "tool_use" || message.toolUseId === undefined) return [];
  const subagent = subagents.get(message.toolUseId);
  return subagent ? [{ name: subagent.name, offset: 0 }] : [];
}

function subagentFolder(path: string): string {
  return join(path.slice(0, -".jsonl".length), "subagents");
}

/** The subagents of a session, by the tool call that started each. */
async function findSubagents(path: string): Promise<ReadonlyMap<string, Subagent>> {
  const folder = subagentFolder(path);
  // Most sessions have none.
  const names = await readdir(folder).catch(() => []);
  const found = new Map<string, Subagent>();
  for (const meta of names.filter((name) => name.endsWith(".meta.json"))) {
    const toolUseId = await readToolUseId(join(folder, meta));
    const name = meta.replace(/\.meta\.json$/, ".jsonl");
    if (toolUseId !== undefined) found.set(toolUseId, { name, toolUseId });
  }
  return found;
}

async function readToolUseId(file: string): Promise<string | undefined> {
  try {
    const id = fieldOf(JSON.parse(await readFile(file, "utf8")), "toolUseId");
    return typeof id === "string" ? id : undefined;
  } catch {
    // Half written; its messages appear once it is whole.
    return undefined;
  }
}
