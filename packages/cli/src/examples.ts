/** Examples for the end of a command's help. */
export function examples(lines: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(lines).map((line) => line.length));
  const shown = Object.entries(lines).map(
    ([line, meaning]) => `  $ ${line.padEnd(width)}  ${meaning}`,
  );
  return ["", "Examples:", ...shown].join("\n");
}
