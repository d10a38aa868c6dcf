import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { logLevels } from "../../logger.ts";
import { isMissing } from "../../state/line-reader.ts";
import type { LogEntry } from "../types.ts";

/** An entry with its place in the log. */
export type StoredEntry = LogEntry & { readonly seq: number };

/** A part of the log that is not written to any more. */
export interface ArchivedLog {
  /** Place of its first entry; part of its name, so that names sort and never repeat. */
  readonly firstSeq: number;
  readonly path: string;
}

/** Folder of the log in a state directory. */
export function logFolder(stateDir: string): string {
  return join(stateDir, "logs");
}

/** The part of the log that the daemon writes to. */
export function liveLog(folder: string): string {
  return join(folder, "daemon.jsonl");
}

/** What the live part is renamed to when it is full. */
export function archivedLog(folder: string, firstSeq: number): string {
  return join(folder, `daemon-${String(firstSeq).padStart(12, "0")}.jsonl`);
}

/** Archived parts, oldest first; none where there is no log. */
export async function listArchives(folder: string): Promise<readonly ArchivedLog[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return names
    .flatMap((name) => {
      const [, digits] = /^daemon-(\d{12,16})\.jsonl$/.exec(name) ?? [];
      return digits === undefined ? [] : [{ firstSeq: Number(digits), path: join(folder, name) }];
    })
    .toSorted((a, b) => a.firstSeq - b.firstSeq);
}

/** Removes the oldest parts beyond a number, and those that nothing was written to since a time. */
export async function removeArchives(
  folder: string,
  keep: { readonly most: number } | { readonly writtenAfter: number },
): Promise<void> {
  const archives = await listArchives(folder);
  const excess = "most" in keep ? archives.length - keep.most : 0;
  for (const [index, { path }] of archives.entries()) {
    const isOld = "writtenAfter" in keep && (await stat(path)).mtimeMs < keep.writtenAfter;
    if (index < excess || isOld) await rm(path, { force: true });
  }
}

/** The entry as a line of the file. */
export function formatLogLine(entry: StoredEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

/** The entry that these bytes hold; `undefined` when a crash or a hand left something else. */
export function parseLogLine(bytes: Buffer): StoredEntry | undefined {
  try {
    const line: (Omit<StoredEntry, "timestamp"> & { readonly timestamp: string }) | null =
      JSON.parse(bytes.toString("utf8"));
    if (typeof line?.seq !== "number" || !logLevels.includes(line.level)) return undefined;
    return { ...line, timestamp: new Date(line.timestamp) };
  } catch {
    return undefined;
  }
}
