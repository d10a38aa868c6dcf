import { interpolate } from "../config/interpolate.ts";
import { parseSource } from "../config/source.ts";

/** Names of the environment variables that a YAML text refers to. */
export function variablesIn(text: string): readonly string[] {
  const { uses } = interpolate(parseSource("", text).source.value, {});
  return [...new Set(uses.map(({ name }) => name))];
}
