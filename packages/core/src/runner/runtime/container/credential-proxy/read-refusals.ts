import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isMissing } from "../../../../state/line-reader.ts";
import { refusalsFile } from "./plan-proxy.ts";
import { describeRefusal, parseRefusal } from "./refusals.ts";

/** What the proxy of this folder has refused, in one line for each place. */
export async function readRefusals(folder: string): Promise<readonly string[]> {
  try {
    const text = await readFile(join(folder, refusalsFile), "utf8");
    return text
      .split("\n")
      .flatMap((line) => parseRefusal(line) ?? [])
      .filter(({ count }) => count === 1)
      .map((refusal) => `herdctl: ${describeRefusal(refusal)}\n`);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
