import { stripVTControlCharacters } from "node:util";
import { formatDuration } from "../duration.ts";
import type { OutputLine, OutputLineType } from "./output-line.ts";
import { withoutNotes } from "./without-notes.ts";

const resultLines = 10;
const resultWidth = 200;
const callWidth = 120;

/** Fields of a tool's input that say most about the call, best first. */
const tellingFields = [
  "command",
  "file_path",
  "notebook_path",
  "pattern",
  "path",
  "url",
  "query",
  "description",
  "prompt",
] as const;

/**
 * A line of output as a person reads it: text as it is, a tool call in one line, its result
 * indented and cut. What is not for people is "". All chunks joined are the output of a job.
 */
export function renderOutput(line: OutputLine): string {
  // A newer version may have written kinds of line that this one does not know.
  const text = Object.hasOwn(renderers, line.type) ? plainText(renderers[line.type](line)) : "";
  if (text === "") return "";
  const whole = text.endsWith("\n") ? text : `${text}\n`;
  return line.parentToolUseId === undefined ? whole : indent(whole, "  │ ");
}

const renderers: Readonly<Record<OutputLineType, (line: OutputLine) => string>> = {
  assistant: ({ text = "" }) => text,
  thinking: () => "",
  tool_use: ({ toolName = "tool", input }) => `→ ${toolName}${describeInput(input)}`,
  tool_result: ({ text = "", isError }) => indent(cutLines(text), isError ? "  ✗ " : "    "),
  error: ({ text = "" }) => `error: ${text}`,
  system: renderNote,
  result: renderResult,
  other: () => "",
};

function renderNote({ subtype, text = "", data }: OutputLine): string {
  const said = text === "" && subtype === "api_retry" ? describeRetry(data) : text;
  return said === "" ? "" : `· ${said}`;
}

/** What went wrong between Claude Code and the API, and when it tries again. */
function describeRetry(data: unknown): string {
  if (typeof data !== "object" || data === null) return "";
  const fact = (name: string): unknown => Reflect.get(data, name);
  const [status, kind, delay] = [fact("error_status"), fact("error"), fact("retry_delay_ms")];
  const answer = typeof status === "number" ? `answers ${status}` : "cannot be reached";
  const reason = typeof kind === "string" && kind !== "unknown" ? ` (${kind})` : "";
  const again = [`retry ${String(fact("attempt"))}`];
  if (typeof fact("max_retries") === "number") again.push(`of ${String(fact("max_retries"))}`);
  if (typeof delay === "number") again.push(`in ${formatDuration(Math.ceil(delay / 100) * 100)}`);
  return `the API ${answer}${reason}: ${again.join(" ")}`;
}

function renderResult({ subtype, text = "", isError }: OutputLine): string {
  // The answer of a success was said already.
  if (subtype === "success" && !isError) return "";
  // Claude Code calls a failure of the API a success that is an error.
  const how = subtype === undefined || subtype === "success" ? "error" : subtype;
  return `ended: ${[how, withoutNotes(text)].filter((part) => part !== "").join(": ")}`;
}

function describeInput(input: unknown): string {
  if (typeof input !== "object" || input === null) return "";
  const entries = Object.entries(input);
  if (entries.length === 0) return "";
  const telling = tellingFields
    .map((name) => entries.find(([key, value]) => key === name && typeof value === "string"))
    .find((entry) => entry !== undefined);
  const said: unknown = telling ? telling[1] : JSON.stringify(input);
  return ` ${cut(String(said).replaceAll(/\s+/g, " ").trim(), callWidth)}`;
}

function cutLines(text: string): string {
  const lines = text.trimEnd().split("\n");
  const shown = lines.slice(0, resultLines).map((line) => cut(line, resultWidth));
  const more = lines.length - shown.length;
  return [...shown, ...(more > 0 ? [`… ${more} more lines`] : [])].join("\n");
}

function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  // Never between the two halves of a character.
  return `${text.slice(0, width - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

function indent(text: string, prefix: string): string {
  if (text === "") return "";
  return text.replaceAll(/^(?!$)/gm, prefix);
}

// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;

/** Text without control characters: what an agent prints must not steer the terminal of who reads it. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text).replaceAll(controls, "");
}
