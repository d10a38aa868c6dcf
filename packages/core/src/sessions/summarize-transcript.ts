import { fieldOf } from "../field-of.ts";
import { LineReader } from "../state/line-reader.ts";
import { fileLinesBackwards } from "../state/output-tail.ts";
import { toSessionMessages } from "./transcript-line.ts";

/** What a transcript says of its session without being read whole. */
export interface TranscriptSummary {
  /** As a person or Claude Code named it. */
  readonly title?: string;
  /** What it was first asked, whole. */
  readonly firstPrompt?: string;
  readonly createdAt?: Date;
  readonly workingDirectory?: string;
}

// The first prompt stands behind notes of what Claude Code was started with, and may itself be long.
const head = { lines: 40, bytes: 1024 * 1024 };
const tail = { lines: 60, bytes: 256 * 1024 };

/** Reads the head and the tail of a transcript. */
export async function summarizeTranscript(path: string): Promise<TranscriptSummary> {
  const [begin, title] = [await readHead(path), readTitle(path)];
  return { ...begin, ...(title !== undefined && { title }) };
}

async function readHead(path: string): Promise<TranscriptSummary> {
  const reader = new LineReader(path);
  let begin: TranscriptSummary = {};
  let lines = 0;
  try {
    for await (const bytes of reader.wholeLines()) {
      begin = { ...beginningOf(bytes.toString("utf8")), ...begin };
      const isKnown = begin.firstPrompt !== undefined && begin.workingDirectory !== undefined;
      lines += 1;
      if (isKnown || lines >= head.lines || reader.position >= head.bytes) break;
    }
    return begin;
  } finally {
    await reader.close();
  }
}

function beginningOf(line: string): TranscriptSummary {
  const cwd = read(line, "cwd");
  const timestamp = Date.parse(read(line, "timestamp") ?? "");
  const prompt = toSessionMessages(line).find(isPrompt)?.text;
  const title = read(line, "customTitle");
  return {
    ...(title !== undefined && { title }),
    ...(cwd !== undefined && { workingDirectory: cwd }),
    ...(!Number.isNaN(timestamp) && { createdAt: new Date(timestamp) }),
    ...(prompt !== undefined && { firstPrompt: prompt }),
  };
}

function isPrompt({ role, type, text }: ReturnType<typeof toSessionMessages>[number]): boolean {
  return role === "user" && type === "text" && text?.trim() !== "";
}

/** Claude Code repeats the name of a session near its end. */
function readTitle(path: string): string | undefined {
  let lines = 0;
  let size = 0;
  let generated: string | undefined;
  for (const { bytes } of fileLinesBackwards(path)) {
    const line = bytes.length < longestNote ? bytes.toString("utf8") : "";
    const given = read(line, "customTitle");
    if (given !== undefined) return given;
    generated ??= read(line, "aiTitle");
    lines += 1;
    size += bytes.length;
    if (lines >= tail.lines || size >= tail.bytes) break;
  }
  return generated;
}

const longestNote = 4 * 1024;

function read(line: string, key: string): string | undefined {
  if (!line.includes(`"${key}"`)) return undefined;
  try {
    const field = fieldOf(JSON.parse(line), key);
    return typeof field === "string" && field !== "" ? field : undefined;
  } catch {
    return undefined;
  }
}
