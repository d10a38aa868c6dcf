import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Context } from "./context.ts";

/** Whether somebody is there to be asked. */
export function canAsk({ stdin, output }: Context): boolean {
  return output.isTerminal && Reflect.get(stdin, "isTTY") === true;
}

/** Asks on the terminal; whatever is not a yes is a no. */
export async function confirm(question: string, { stdin, output }: Context): Promise<boolean> {
  output.write(`${question} [y/N] `);
  const lines = createInterface({ input: stdin });
  try {
    const closed = once(lines, "close").then(() => [""]);
    const [answer] = await Promise.race([once(lines, "line"), closed]);
    return /^y(?:es)?$/i.test(String(answer).trim());
  } finally {
    lines.close();
    stdin.destroy();
  }
}
