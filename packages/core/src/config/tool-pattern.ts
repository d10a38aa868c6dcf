/** Tool calls that a person decides about. */
export interface ToolPattern {
  /** Name of the tool; `*` stands for anything. */
  readonly tool: string;
  /** What the call's input must contain, in pieces with anything between them; none: any call. */
  readonly pieces: readonly string[];
}

/** `Tool` or `Tool(text)`. */
export const toolPatternForm: RegExp = /^([a-zA-Z_*][\w*-]*)(?:\(([\s\S]*)\))?$/;

// What Claude Code calls a tool now.
const renamed: Readonly<Record<string, string>> = { Task: "Agent" };

/**
 * Reads `Tool` or `Tool(text)`: the tool, or its calls whose input contains the text, `*` standing for
 * anything. Written as a permission rule, it means at least the same calls. `undefined`: it is neither.
 */
export function parseToolPattern(pattern: string): ToolPattern | undefined {
  const [, name = "", text = ""] = toolPatternForm.exec(pattern) ?? [];
  if (name === "") return undefined;
  const pieces = withoutAnchor(text)
    .split(/\*+/)
    .filter((piece) => piece !== "");
  return { tool: wholeServer(renamed[name] ?? name), pieces };
}

// `mcp__github` is every tool of that server.
function wholeServer(tool: string): string {
  return /^mcp__(?:(?!__)[^*])+$/.test(tool) ? `${tool}__*` : tool;
}

/** Permission rules say where a text begins or ends; the calls of a tool need not. */
function withoutAnchor(text: string): string {
  return text
    .replace(/^domain:/, "")
    .replace(/^(?:\.\/|\/(?!\/))/, "")
    .replace(/^(?:~|\/)\//, "/")
    .replace(/(?::\*| \*)$/, "");
}
