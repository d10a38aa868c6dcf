import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { messageOf } from "../errors.ts";

/** What an agent left for its hooks, or why it cannot be read. */
export interface Metadata {
  readonly value?: Readonly<Record<string, unknown>>;
  readonly problem?: string;
}

// It becomes part of what every hook is told.
const maxBytes = 262_144;

/**
 * Reads the JSON object in the agent's metadata file. The agent writes that file, so a link that
 * leads out of the working directory is not followed. No file is no problem.
 */
export async function readMetadata(workingDirectory: string, file: string): Promise<Metadata> {
  try {
    const text = await readInside(workingDirectory, file);
    if (text === undefined) return {};
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return { value };
    return { problem: `${file} holds no JSON object` };
  } catch (error) {
    return { problem: `${file} cannot be read: ${messageOf(error)}` };
  }
}

async function readInside(workingDirectory: string, file: string): Promise<string | undefined> {
  const path = join(workingDirectory, file);
  try {
    const folder = relative(await realpath(workingDirectory), await realpath(dirname(path)));
    if (folder === ".." || folder.startsWith("../")) throw new Error("it is outside of the folder");
    // Not followed: a link. Not waited for: a pipe.
    await using handle = await open(
      path,
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    const stat = await handle.stat();
    if (!stat.isFile()) throw new Error("it is no file");
    if (stat.size > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes`);
    return await handle.readFile("utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
