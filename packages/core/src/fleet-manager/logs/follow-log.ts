import { FileChanges } from "../../state/file-changes.ts";
import { logLevels } from "../../logger.ts";
import { liveLog } from "./log-files.ts";
import type { LogBacklog } from "./log-backlog.ts";
import { findTail, LogReader } from "./log-reader.ts";
import type { LogEntry, LogStreamOptions } from "../types.ts";

/** What a process says beside the daemon's log. */
export interface OwnLog {
  /** Entries that are not in the file. */
  readonly unwritten: LogBacklog;
  /** Aborted when nothing more will be said. */
  readonly ended: () => AbortSignal;
  /** Resolves when what was said so far is in the file, if it ever will be. */
  readonly written: () => Promise<void>;
}

/**
 * The daemon's log, whichever process writes it: history first, then live, without gap or repeat;
 * with what this process says beside it. Constant memory, however far behind the reader is.
 */
export async function* followLog(
  folder: string,
  options: LogStreamOptions,
  own?: OwnLog,
): AsyncGenerator<LogEntry> {
  const { signal, tail, follow = true } = options;
  const wants = matcherOf(options);
  using spoken = own?.unwritten.subscribe(wants);
  const ended = own?.ended();
  const wakers = [signal, ended].filter((item) => item !== undefined);
  const start = options.fromSeq ?? (tail === undefined ? 1 : await findTail(folder, tail, wants));
  const reader = new LogReader(folder, start);
  const changes = new FileChanges(liveLog(folder), wakers);
  spoken?.onEntry(() => changes.wake());
  try {
    await own?.written();
    for (;;) {
      // Asked before reading: what was said before the end is read after it.
      const isLast = !follow || ended?.aborted;
      for await (const entry of reader.newEntries()) {
        if (signal?.aborted) return;
        if (wants(entry) && !spoken?.has(entry.seq)) yield entry;
      }
      for (let entry = spoken?.next(); entry; entry = spoken?.next()) {
        if (signal?.aborted) return;
        yield entry;
      }
      if (isLast || signal?.aborted) return;
      await changes.next();
    }
  } finally {
    changes.close();
    await reader.close();
  }
}

function matcherOf(options: LogStreamOptions): (entry: LogEntry) => boolean {
  const lowest = logLevels.indexOf(options.level ?? "info");
  return (entry) =>
    logLevels.indexOf(entry.level) >= lowest &&
    (options.agentName === undefined || entry.agentName === options.agentName) &&
    (options.jobId === undefined || entry.jobId === options.jobId);
}
