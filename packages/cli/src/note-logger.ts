import { type Logger, silentLogger } from "@herdctl/core";
import type { Output } from "./terminal/output.ts";

/** Shows warnings and errors of the fleet on standard error. */
export function createNoteLogger(output: Output): Logger {
  return {
    ...silentLogger,
    warn: (message) => output.note(`${output.style("yellow", "warning:")} ${message}`),
    error: (message) => output.note(`${output.style("red", "error:")} ${message}`),
  };
}
