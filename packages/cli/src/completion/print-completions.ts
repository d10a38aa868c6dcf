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
  const options = { ...pick(given, "config"), ...pick(given, "state") };
  for (const wanted of values) {
    const known = await knownValues(wanted, options, context).catch(() => []);
    for (const { value, description } of known) {
      if (!value.startsWith(typed)) continue;
      const told = truncate(description.replaceAll(/\s+/g, " "), longestDescription);
      output.print(`${prefix}${value}\t${told}`);
    }
  }
}

const longestDescription = 70;

function pick<Name extends string>(
  given: ReadonlyMap<string, string>,
  name: Name,
): { readonly [Key in Name]?: string } {
  const value = given.get(name);
  return value === undefined ? {} : { [name]: value };
}
