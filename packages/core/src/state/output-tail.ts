import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { isMissing } from "./line-reader.ts";
import type { OutputLine } from "./output-line.ts";

const chunkSize = 64 * 1024;
const newline = 0x0a;

/** A whole line of a file, without its line break. */
interface FileLine {
  readonly bytes: Buffer;
  /** Offset behind its line break. */
  readonly end: number;
}

/** Like {@link linesBackwards}, of the file at a path; a missing file has none. */
export function* fileLinesBackwards(path: string): Generator<FileLine> {
  const fd = openIfExists(path);
  if (fd === undefined) return;
  try {
    yield* linesBackwards(fd);
  } finally {
    closeSync(fd);
  }
}

/** Whole lines of a file from the last to the first, reading no more than is asked for. */
export function* linesBackwards(fd: number): Generator<FileLine> {
  let start = fstatSync(fd).size;
  let end = start;
  let rest: Buffer = Buffer.alloc(0);
  // Until the first line break is found, what was read is the torn end of a crash, if anything.
  let isWhole = false;
  for (;;) {
    const found = lastBreakBefore(rest, isWhole ? rest.length - 1 : rest.length);
    if (found < 0 && start > 0) {
      // At least doubles what is at hand, so that a line of many megabytes costs no more than its size.
      const bytes = readBefore(fd, start, Math.max(chunkSize, rest.length));
      start -= bytes.length;
      rest = Buffer.concat([bytes, rest]);
      continue;
    }
    if (isWhole) yield { bytes: rest.subarray(found + 1, -1), end };
    if (found < 0) return;
    rest = rest.subarray(0, found + 1);
    end = start + rest.length;
    isWhole = true;
  }
}

/** The line that these bytes hold; `undefined` when a crash or a damaged disk left something else. */
export function parseLine(bytes: Buffer): OutputLine | undefined {
  try {
    const line: OutputLine | null = JSON.parse(bytes.toString("utf8"));
    return typeof line?.seq === "number" ? line : undefined;
  } catch {
    return undefined;
  }
}

function lastBreakBefore(bytes: Buffer, end: number): number {
  return end <= 0 ? -1 : bytes.subarray(0, end).lastIndexOf(newline);
}

function readBefore(fd: number, end: number, wanted: number): Buffer {
  const size = Math.min(wanted, end);
  const bytes = Buffer.allocUnsafe(size);
  return bytes.subarray(0, readSync(fd, bytes, 0, size, end - size));
}

function openIfExists(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
