import { type OutputLine, renderOutput } from "@herdctl/core";
import type { Output } from "../terminal/output.ts";

/** A line of a job's output for a person: what Claude says stands out from what it does. */
export function paintLine(line: OutputLine, output: Output): string {
  const text = renderOutput(line);
  const paint = (format: Parameters<Output["style"]>[0]): string =>
    text === "" ? "" : `${output.style(format, text.trimEnd())}\n`;
  switch (line.type) {
    case "tool_use":
      return paint("cyan");
    case "tool_result":
      return paint(line.isError ? "red" : "dim");
    case "error":
      return paint("red");
    case "system":
    case "result":
      return paint("dim");
    default:
      return text;
  }
}
