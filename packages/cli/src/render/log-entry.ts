import type { LogEntry } from "@herdctl/core";
import { formatTime } from "../terminal/format.ts";
import type { Format, Output } from "../terminal/output.ts";

const agentColours: readonly Format[] = ["cyan", "magenta", "yellow", "blue", "green"];

/**
 * Paints log entries: time, agent in a colour of its own, message; every line has its prefix, as wide
 * as the widest of the names that are known beforehand.
 */
export function createLogPainter(
  output: Output,
  names: readonly string[] = [],
): (entry: LogEntry) => string {
  const colours = new Map<string, Format>();
  let width = Math.max("fleet".length, ...names.map((name) => name.length));
  return ({ timestamp, agentName, level, message }) => {
    const name = agentName ?? "fleet";
    if (!colours.has(name)) {
      colours.set(name, agentColours[colours.size % agentColours.length] ?? "cyan");
    }
    width = Math.max(width, name.length);
    const format = agentName === undefined ? "dim" : (colours.get(name) ?? "cyan");
    const prefix = `${output.style("dim", formatTime(timestamp))} ${output.style(format, name.padEnd(width))} `;
    const text =
      level === "info" || level === "debug" ? message : paintLevel(level, message, output);
    return text
      .split("\n")
      .map((line) => `${prefix}${line}`)
      .join("\n");
  };
}

function paintLevel(level: "warn" | "error", message: string, output: Output): string {
  return output.style(level === "warn" ? "yellow" : "red", message);
}
