import type { Script } from "./script.ts";

const open = "<herdctl-script>";
const close = "</herdctl-script>";

/**
 * Writes a script as text that a prompt can carry anywhere: whatever stands before and after it is
 * left alone.
 *
 * @example
 * ```ts
 * await fleet.trigger("writer", undefined, { promptOverride: `Say hello. ${inPrompt([{ text: "Hello." }])}` });
 * ```
 */
export function inPrompt(script: Script | { readonly steps: Script }): string {
  return `${open}${JSON.stringify("steps" in script ? script.steps : script)}${close}`;
}

/** Tells whether a text has a script in it, good or bad. */
export function carriesScript(text: string): boolean {
  return text.includes(open);
}

/**
 * The last script in a text, as JSON that nobody has checked yet; `undefined` when it carries none.
 * A subagent's script inside another's counts as part of that one.
 *
 * @throws SyntaxError when the text has a script that is not JSON
 */
export function findScript(text: string): unknown {
  let found: unknown;
  let from = text.indexOf(open);
  while (from >= 0) {
    const next = readScript(text, from + open.length);
    found = next.script;
    from = text.indexOf(open, next.end);
  }
  return found;
}

function readScript(
  text: string,
  start: number,
): { readonly script: unknown; readonly end: number } {
  let failure: unknown = new SyntaxError(`${open} without ${close}`);
  // A closing tag inside a JSON string belongs to a nested script: what stands before it does not parse.
  for (let end = text.indexOf(close, start); end >= 0; end = text.indexOf(close, end + 1)) {
    try {
      const script: unknown = JSON.parse(text.slice(start, end));
      return { script, end: end + close.length };
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
