import type { Output } from "../src/terminal/output.ts";

/** An output without colours that remembers what was written. */
export function plainOutput(
  options: Partial<Pick<Output, "isTerminal" | "columns">> = {},
): Output & { readonly stdout: string; readonly stderr: string } {
  let stdout = "";
  let stderr = "";
  return {
    isTerminal: false,
    columns: 100,
    closed: new AbortController().signal,
    ...options,
    write: (text) => void (stdout += text),
    print: (line) => void (stdout += `${line}\n`),
    note: (line) => void (stderr += `${line}\n`),
    style: (_format, text) => text,
    eraseLine: () => void (stdout += "\r\u001B[2K"),
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
  };
}
