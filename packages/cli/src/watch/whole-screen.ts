import type { ScreenLine, ScreenSize } from "../terminal/screen-line.ts";

/** Rows between the title of a screen and its footer. */
export function placesOn({ rows }: ScreenSize): number {
  return rows - 2;
}

/** A screen with a title, these lines below it, and a footer at the bottom. */
export function fillScreen(
  lines: readonly string[],
  look: { readonly size: ScreenSize; readonly title: string; readonly footer: ScreenLine },
): readonly ScreenLine[] {
  const filling = Array.from({ length: placesOn(look.size) - lines.length }, () => "");
  const texts = [...lines, ...filling].map((text): ScreenLine => ({ text }));
  return [{ text: look.title, format: "bold" }, ...texts, look.footer];
}
