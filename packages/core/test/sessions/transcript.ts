import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

let count = 0;

/** A line of a transcript, as Claude Code writes it. */
export function said(
  type: "user" | "assistant",
  content: unknown,
  more: Readonly<Record<string, unknown>> = {},
): string {
  count += 1;
  const timestamp = "2026-01-01T00:00:00.000Z";
  const fields = { type, uuid: `u-${count}`, timestamp, cwd: "/work", message: { content } };
  return `${JSON.stringify({ ...fields, ...more })}\n`;
}

/** A tool call, as a line. */
export function called(id: string, name = "Bash"): string {
  return said("assistant", [{ type: "tool_use", id, name, input: { command: id } }]);
}

/** Writes a file and its folder. */
export async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
