import { constants } from "node:fs";
import { mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve, sep } from "node:path";
import { messageOf } from "../../errors.ts";

export interface CopyRequest {
  /** As the agent wrote it: relative to `inside`, or absolute. */
  readonly path: string;
  /** Nothing outside this folder is copied, wherever links lead. */
  readonly inside: string;
  /** Real paths of files and folders in it that are not the agent's. */
  readonly except: readonly string[];
  readonly to: string;
  /** Bytes. */
  readonly most: number;
}

/**
 * Copies a file of the agent's folder and resolves with its size; throws with words for the agent.
 * The file is opened first and then looked up, so that no link can be put in its place in between.
 */
export async function copyFileInside(request: CopyRequest): Promise<number> {
  const { path, inside, except, to, most } = request;
  const wanted = resolve(inside, path);
  // Opening a pipe without it would wait for somebody to write.
  const file = await open(wanted, constants.O_RDONLY | constants.O_NONBLOCK).catch((error) => {
    throw new Error(`"${path}" cannot be read: ${messageOf(error)}`);
  });
  try {
    const facts = await file.stat();
    if (!facts.isFile()) throw new Error(`"${path}" is not a file.`);
    const real = await realpath(wanted);
    const found = await stat(real);
    const isSame = found.dev === facts.dev && found.ino === facts.ino;
    const isExcepted = except.some((place) => real === place || real.startsWith(place + sep));
    if (!isSame || isExcepted || !real.startsWith((await realpath(inside)) + sep)) {
      throw new Error(`"${path}" is not in your working directory. Copy it there first.`);
    }
    if (facts.size > most) {
      throw new Error(`"${path}" is ${facts.size} bytes; at most ${most} can be sent.`);
    }
    return await write(file, to, most);
  } finally {
    await file.close();
  }
}

type OpenFile = Awaited<ReturnType<typeof open>>;

async function write(file: OpenFile, to: string, most: number): Promise<number> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  // Beside the folder: every name in it may be that of a file which was sent.
  const partial = `${dirname(to)}.partial`;
  const copy = await open(partial, "w", 0o600);
  let size = 0;
  try {
    const stream = file.createReadStream({ autoClose: false, end: most });
    for await (const chunk of stream) {
      size += chunk.length;
      await copy.write(chunk);
    }
    if (size > most)
      throw new Error(`It grew while it was read: at most ${most} bytes can be sent.`);
    await copy.sync();
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    await copy.close();
  }
  await rename(partial, to);
  return size;
}
