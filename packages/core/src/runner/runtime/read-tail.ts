import { open } from "node:fs/promises";
import { isMissing } from "../../state/line-reader.ts";

const tailBytes = 4_096;

/** The end of a text file; nothing where there is none. */
export async function readTail(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(size, tailBytes));
    const { bytesRead } = await file.read(tail, 0, tail.length, size - tail.length);
    return tail.toString("utf8", 0, bytesRead);
  } catch (error) {
    if (isMissing(error)) return "";
    throw error;
  }
}
