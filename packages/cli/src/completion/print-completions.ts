import type { Context } from "../context.ts";
import { createProgram } from "../program.ts";
import { truncate } from "../terminal/width.ts";
import { knownValues } from "./known-values.ts";
import { readWanted } from "./wanted-value.ts";

/** In place of values: the shell knows files best. */
const askForFiles = ":files";

/**
 * Prints what the last of these words may become, each with what it is; for the shells' scripts. That
 * something goes wrong is no news for who presses a key: then there is nothing to print.
 */
export async function printCompletions(words: readonly string[], context: Context): Promise<void> {
  const { output } = context;
  const program = await createProgram(words, context);
  const { values, prefix, typed, given } = readWanted(program, words);
  if (values.some(({ kind }) => kind === "file")) return output.print(askForFiles);
  const [config, state] = [given.get("config"), given.get("state")];
  const options = {
    ...(config !== undefined && { config }),
    ...(state !== undefined && { state }),
  };
  for (const wanted of values) {
    // Of a fleet that is elsewhere, nothing is known here.
    if (given.has("url") && wanted.kind !== "choice") continue;
    const known = await knownValues(wanted, options, context).catch(() => []);
    for (const { value, description } of known) {
      if (!value.startsWith(typed)) continue;
      const told = truncate(description.replaceAll(/\s+/g, " "), longestDescription);
      output.print(`${prefix}${value}\t${told}`);
    }
  }
}

const longestDescription = 70;
