import { fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** A line of a session file, and when it was first seen there. */
export interface WrittenLine {
  readonly uuid: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

// In a process of its own: it looks every other millisecond and must not slow down what it measures.
const [projects = ""] = process.argv.slice(2);
const file = await firstSessionFile();
const descriptor = openSync(file, "r");
let position = 0;
for (;;) {
  const at = performance.timeOrigin + performance.now();
  const lines = newLines();
  if (lines.length > 0) process.send?.(lines.map((uuid): WrittenLine => ({ uuid, at })));
  await delay(2);
}

/** The uuids of what was written since the last time, up to the last whole line. */
function newLines(): string[] {
  const bytes = Buffer.alloc(fstatSync(descriptor).size - position);
  readSync(descriptor, bytes, 0, bytes.length, position);
  const whole = bytes.subarray(0, bytes.lastIndexOf("\n") + 1);
  position += whole.length;
  return whole
    .toString()
    .split("\n")
    .flatMap((line) => {
      const uuid: unknown = line === "" ? undefined : JSON.parse(line).uuid;
      return typeof uuid === "string" ? [uuid] : [];
    });
}

async function firstSessionFile(): Promise<string> {
  for (;;) {
    const names = readdirSync(projects, { recursive: true, encoding: "utf8" });
    const name = names.find((path) => path.endsWith(".jsonl"));
    if (name !== undefined) return join(projects, name);
    await delay(2);
  }
}
