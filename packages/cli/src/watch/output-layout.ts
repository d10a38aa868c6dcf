import type { ScreenLine, ScreenSize } from "../terminal/screen-line.ts";
import { wrap } from "../terminal/width.ts";
import { fillScreen, placesOn } from "./whole-screen.ts";

/** What the screen of one job's output depends on. */
export interface OutputLook {
  readonly size: ScreenSize;
  readonly title: string;
  /** Lines between the end and the bottom of the screen. */
  readonly back: number;
  readonly footer: ScreenLine;
}

/** The end of a job's output on one screen, or what is `back` lines before. */
export function layOutOutput(
  lines: readonly string[],
  { size, title, back, footer }: OutputLook,
): readonly ScreenLine[] {
  const places = placesOn(size);
  const wrapped: string[] = [];
  // From the end, and no further than is shown: of a long output most is never laid out.
  for (let index = lines.length - 1; index >= 0 && wrapped.length < places + back; index--) {
    wrapped.unshift(...wrap(lines[index] ?? "", size.columns));
  }
  const end = Math.max(wrapped.length - back, Math.min(places, wrapped.length));
  return fillScreen(wrapped.slice(Math.max(0, end - places), end), { size, title, footer });
}
