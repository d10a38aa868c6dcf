import { messageOf } from "../errors.ts";
import { placeIn } from "./layer.ts";
import type { ProblemList } from "./problems.ts";
import type { SourceReader } from "./reader.ts";
import { promptFilesOf, type ValidAgent } from "./resolve.ts";

/** Reads the prompt files of an agent's schedules; a missing or empty one is a problem. */
export async function readPrompts(
  agent: ValidAgent,
  { reader, problems }: { readonly reader: SourceReader; readonly problems: ProblemList },
): Promise<ReadonlyMap<string, string>> {
  const prompts = new Map<string, string>();
  for (const [schedule, file] of promptFilesOf(agent)) {
    reader.files.add(file);
    const place = placeIn(agent.stack, ["schedules", schedule, "prompt_file"]);
    try {
      const prompt = (await reader.texts.read(file)).trim();
      if (prompt === "") problems.error(place, `the prompt file ${file} is empty`);
      prompts.set(schedule, prompt);
    } catch (error) {
      const reason = isMissing(error) ? "does not exist" : `cannot be read: ${messageOf(error)}`;
      problems.error(place, `the prompt file ${file} ${reason}`);
    }
  }
  return prompts;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
