import type { Format } from "./output.ts";

/** A line of a full screen. */
export interface ScreenLine {
  readonly text: string;
  readonly format?: Format;
}

/** How large a screen is, in cells. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}
