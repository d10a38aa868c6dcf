import {
  closeSync,
  copyFileSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
} from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createDirectories } from "@herdctl/core";

const largest = 4 * 1024 * 1024;
const checkInterval = 60_000;
const standardError = 2;

/** Where a daemon without a terminal writes what it would have shown there. */
export function consoleLog(stateDir: string): string {
  return join(stateDir, "logs", "console.log");
}

/**
 * Opens it for appending: what is shortened meanwhile goes on at its new end.
 *
 * @throws `STATE_DIR` when there is no such directory and none can be made
 */
export async function openConsoleLog(stateDir: string): Promise<number> {
  await createDirectories(stateDir);
  const path = consoleLog(stateDir);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  shorten(path, largest);
  return openSync(path, "a", 0o600);
}

/** Keeps the log that this process writes to from growing for ever; nothing where it writes to none. */
export function boundConsoleLog(stateDir: string): Disposable {
  const path = consoleLog(stateDir);
  const timer = isStandardError(path)
    ? setInterval(() => shorten(path, largest), checkInterval).unref()
    : undefined;
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
    },
  };
}

/** Moves what is written to the file `….1` once it is too much; the file itself stays, and open. */
export function shorten(path: string, most: number): void {
  try {
    const file = openSync(path, "r+");
    try {
      if (fstatSync(file).size <= most) return;
      copyFileSync(path, `${path}.1`);
      ftruncateSync(file);
    } finally {
      closeSync(file);
    }
  } catch {
    // The log is for people who look for a cause: without one, the fleet works as well.
  }
}

/** The last lines of the file, of what was written behind `from`. */
export function endOfLog(path: string, from: number): string {
  const size = sizeOf(path);
  const start = Math.max(from <= size ? from : 0, size - longestEnd);
  const bytes = Buffer.alloc(size - start);
  const file = openSync(path, "r");
  readSync(file, bytes, { position: start });
  closeSync(file);
  return bytes.toString("utf8").trimEnd().split("\n").slice(-shownLines).join("\n");
}

const longestEnd = 16_384;
const shownLines = 20;

/** Size in bytes; 0 where there is no such file. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function isStandardError(path: string): boolean {
  const file = statSync(path, { throwIfNoEntry: false });
  const own = fstatSync(standardError);
  return file !== undefined && file.ino === own.ino && file.dev === own.dev;
}
