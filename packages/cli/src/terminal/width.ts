// Made when it is needed: most lines are plain, and it takes its time.
let segmenter: Intl.Segmenter | undefined;

// Chinese, Japanese, Korean and pictures take two cells of a terminal.
const wide =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}])/u;
const ascii = /^[\u0020-\u007E]*$/;

/** How many cells of a terminal a line of text takes. */
export function widthOf(text: string): number {
  if (ascii.test(text)) return text.length;
  return charactersOf(text).reduce((sum, character) => sum + cellsOf(character), 0);
}

/** `text` in at most `width` cells, with an ellipsis where something is missing. */
export function truncate(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  let used = 1;
  for (const character of charactersOf(text)) {
    used += cellsOf(character);
    if (used > width) break;
    kept += character;
  }
  return `${kept}…`;
}

/** A line of text as lines of at most `width` cells. */
export function wrap(text: string, width: number): readonly string[] {
  if (widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const character of charactersOf(text)) {
    const cells = cellsOf(character);
    if (used + cells > width) {
      lines.push(line);
      line = "";
      used = 0;
    }
    line += character;
    used += cells;
  }
  return [...lines, line];
}

function cellsOf(character: string): number {
  return wide.test(character) ? 2 : 1;
}

/** What a reader sees as one character each. */
export function charactersOf(text: string): readonly string[] {
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
