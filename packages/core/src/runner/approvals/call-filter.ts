import { parseToolPattern, type ToolPattern } from "../../config/tool-pattern.ts";
import { quote } from "./quote.ts";

/** Which tool calls a hook is asked about, and which of these it acts on. */
export interface CallFilter {
  /** Names of the tools, as Claude Code matches hooks. */
  readonly matcher: string;
  /** What `case` compares `<tool> <input as JSON>` with. */
  readonly shellPattern: string;
}

/** The filter for these tools: the shell decides, so that nobody else has to be there. */
export function toCallFilter(tools: readonly string[]): CallFilter {
  const patterns = tools.flatMap((tool) => parseToolPattern(tool) ?? []);
  const names = new Set(patterns.map(({ tool }) => tool.replaceAll("*", ".*")));
  return {
    matcher: `^(${[...names].join("|")})$`,
    shellPattern: patterns.map(toShellPattern).join("|"),
  };
}

function toShellPattern({ tool, pieces }: ToolPattern): string {
  const name = tool
    .split("*")
    .map((part) => (part === "" ? "" : quote(part)))
    .join("*");
  return `${name}' '*${pieces.map((piece) => `${quote(asJson(piece))}*`).join("")}`;
}

/** As the text stands inside a string of the input. */
function asJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
