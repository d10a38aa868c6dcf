import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AttemptFiles } from "../../state/attempt-files.ts";
import { isMissing } from "../../state/line-reader.ts";
import type { SessionStart } from "./session-transcript.ts";

/** What an attempt's folder holds before claude starts; nobody else may read it. */
export interface AttemptInput {
  readonly prompt?: string;
  /** Text by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly start?: SessionStart | undefined;
}

export async function writeAttemptInput(files: AttemptFiles, input: AttemptInput): Promise<void> {
  const { prompt, start } = input;
  await mkdir(files.dir, { recursive: true, mode: 0o700 });
  const texts = {
    ...input.files,
    ...(prompt !== undefined && { [files.prompt]: prompt }),
    ...(start && { [startFile(files)]: JSON.stringify(start) }),
  };
  await Promise.all(
    Object.entries(texts).map(([path, text]) => writeFile(path, text, { mode: 0o600 })),
  );
}

/** Where the session stood before the attempt, as its first owner has seen it. */
export async function readSessionStart(files: AttemptFiles): Promise<SessionStart | undefined> {
  try {
    return toSessionStart(JSON.parse(await readFile(startFile(files), "utf8")));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function startFile(files: AttemptFiles): string {
  return join(files.dir, "session-start.json");
}

function toSessionStart(value: unknown): SessionStart | undefined {
  if (!(value instanceof Object)) return undefined;
  const [path, offset]: unknown[] = [Reflect.get(value, "path"), Reflect.get(value, "offset")];
  return typeof path === "string" && typeof offset === "number" ? { path, offset } : undefined;
}
