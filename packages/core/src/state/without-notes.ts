/** What Claude Code reports of a failure, without its notes to its own developers: they say nothing to a person. */
export function withoutNotes(text: string): string {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("[ede_"));
  return lines.join("\n");
}
