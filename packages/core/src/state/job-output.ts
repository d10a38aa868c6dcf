import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { FileChanges } from "./file-changes.ts";
import {
  JobOutputWriter,
  type OpenJobOutputOptions,
  type OutputSize,
  toOutputError,
} from "./job-output-writer.ts";
import { LineReader } from "./line-reader.ts";
import { toStandIn } from "./long-output-line.ts";
import type { OutputLine } from "./output-line.ts";
import { fileLinesBackwards, linesBackwards, parseLine } from "./output-tail.ts";

/** Where the output of a job is. */
export function jobOutputFile(stateDir: string, id: string): string {
  return join(stateDir, "jobs", `${id}.jsonl`);
}

/**
 * Opens the output of a job: creates it, or goes on after its last whole line. What a crash left of
 * a line is cut off.
 *
 * @throws {StateDirectoryError} `STATE_DIR` when the file cannot be opened or written.
 */
export async function openJobOutput(options: OpenJobOutputOptions): Promise<JobOutputWriter> {
  const { file } = options;
  try {
    const handle = await open(file, "a+", 0o600);
    try {
      const end = findEnd(handle);
      await handle.truncate(end.bytes);
      return new JobOutputWriter(handle, options, end);
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (error) {
    throw toOutputError(error, file);
  }
}

function findEnd({ fd }: FileHandle): OutputSize {
  return lastLine(linesBackwards(fd)) ?? { bytes: 0, lines: 0 };
}

/** Size of an output that nobody writes any more; `undefined`: there is none. */
export function measureJobOutput(file: string): OutputSize | undefined {
  return lastLine(fileLinesBackwards(file));
}

function lastLine(lines: ReturnType<typeof linesBackwards>): OutputSize | undefined {
  for (const { bytes, end } of lines) {
    const line = parseLine(bytes);
    if (line) return { bytes: end, lines: line.seq };
  }
  return undefined;
}

/** How much of the end of an output to read; at least one line comes back where there is one. */
export interface TailOptions {
  readonly lines?: number;
  /** Size of these lines in the file. */
  readonly maxBytes?: number;
}

/** The end of an output. */
export interface OutputTail {
  /** Oldest first. */
  readonly lines: readonly OutputLine[];
  /** There are lines before these. */
  readonly truncated: boolean;
}

/** Reads the end of an output, at a cost that does not depend on its size. */
export function tailJobOutput(file: string, options: TailOptions = {}): OutputTail {
  const { lines: most = Infinity, maxBytes = Infinity } = options;
  const lines: OutputLine[] = [];
  let size = 0;
  for (const { bytes } of fileLinesBackwards(file)) {
    size += bytes.length + 1;
    const isEnough = lines.length >= most || (size > maxBytes && lines.length > 0);
    if (isEnough) return { lines: lines.toReversed(), truncated: true };
    const line = parseLine(bytes);
    if (line) lines.push(line);
  }
  return { lines: lines.toReversed(), truncated: false };
}

/** How to read an output. */
export interface ReadOutputOptions {
  /** First line wanted (default 1). */
  readonly fromSeq?: number;
  /** Ends the reading, at once and without an error. */
  readonly signal?: AbortSignal;
  /** Aborted when nothing more will be written; until then the reader follows. Without it, it does not. */
  readonly ended?: AbortSignal;
}

/**
 * Reads an output line by line in constant memory: what is there, then what is appended, by whatever
 * process, without gap or repeat.
 */
export async function* readJobOutput(
  file: string,
  options: ReadOutputOptions = {},
): AsyncGenerator<OutputLine> {
  const { fromSeq = 1, signal, ended } = options;
  const reader = new LineReader(file, { standIn: toStandIn });
  const changes = new FileChanges(
    file,
    [signal, ended].filter((item) => item !== undefined),
  );
  try {
    for (;;) {
      // Asked before reading: what was written before the end is read after it.
      const isLast = !ended || ended.aborted;
      for await (const bytes of reader.wholeLines()) {
        if (signal?.aborted) return;
        const line = parseLine(bytes);
        if (line && line.seq >= fromSeq) yield line;
      }
      if (isLast || signal?.aborted) return;
      await changes.next();
    }
  } finally {
    changes.close();
    await reader.close();
  }
}
