import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseJson } from "../parse-json.ts";
import { readProcess } from "../processes/process-table.ts";

/** A claude that has a session open, started by herdctl or by a person. */
export interface LiveSession {
  readonly sessionId: string;
  readonly pid: number;
}

/**
 * The claude processes that live now, as they announce themselves in Claude Code's home. Nothing but
 * this keeps two of them from writing into one session: Claude Code itself takes no lock.
 */
export async function readLiveSessions(home: string): Promise<readonly LiveSession[]> {
  const folder = join(home, "sessions");
  // Without the folder, or the right to read it, nobody announces anything there.
  const names = await readdir(folder).catch(() => []);
  const announced = await Promise.all(
    names.filter((name) => /^\d+\.json$/.test(name)).map((name) => readAnnouncement(folder, name)),
  );
  return announced.filter((found) => found !== undefined).filter(isAlive);
}

// Claude writes its file anew in place while it starts: on a busy machine, half of it may be there for
// a moment.
const tries = 25;
const pause = 20;

async function readAnnouncement(folder: string, name: string): Promise<Announcement | undefined> {
  for (let count = 0; count < tries; count++) {
    const text = await readFile(join(folder, name), "utf8").catch(() => undefined);
    if (text === undefined) return undefined;
    const value = parseJson(text);
    if (value !== undefined || !readProcess(Number.parseInt(name, 10)))
      return toAnnouncement(value);
    await delay(pause);
  }
  return undefined;
}

interface Announcement extends LiveSession {
  /** Clock ticks since boot on Linux; elsewhere the text of `ps`. */
  readonly procStart?: string;
}

/** Content of `sessions/<pid>.json`; `undefined`: it is not one. */
export function toAnnouncement(value: unknown): Announcement | undefined {
  if (!(value instanceof Object)) return undefined;
  const { sessionId, pid, procStart } = value as Record<string, unknown>;
  if (typeof sessionId !== "string" || !Number.isInteger(pid)) return undefined;
  return { sessionId, pid: Number(pid), ...(typeof procStart === "string" && { procStart }) };
}

// A file that outlived its process may name a pid that has another one now.
function isAlive({ pid, procStart }: Announcement): boolean {
  const entry = readProcess(pid);
  if (!entry || entry.zombie) return false;
  const isTicks = process.platform === "linux" && procStart !== undefined;
  return !isTicks || procStart === String(entry.startTicks);
}
