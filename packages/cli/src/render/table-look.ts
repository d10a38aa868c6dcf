import type { Output } from "../terminal/output.ts";

/** What a table of the fleet depends on beside its rows. */
export interface TableOptions {
  readonly output: Output;
  readonly now: number;
}

/** How the tables of the fleet look on this output. */
export function tableLook(output: Output): { width: number; title: (text: string) => string } {
  return { width: output.columns, title: (text) => output.style("bold", text) };
}
