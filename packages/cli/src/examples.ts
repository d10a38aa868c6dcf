const widest = 80;

/** Examples for the end of a command's help, each with what it does: beside it, or above where that is too wide. */
export function examples(lines: Readonly<Record<string, string>>): string {
  const entries = Object.entries(lines);
  const width = Math.max(...entries.map(([line]) => line.length));
  const beside = entries.map(([line, meaning]) => `  $ ${line.padEnd(width)}  ${meaning}`);
  const shown = beside.every((line) => line.length <= widest)
    ? beside
    : entries.flatMap(([line, meaning]) => [`  # ${meaning}`, `  $ ${line}`]);
  return ["", "Examples:", ...shown].join("\n");
}
