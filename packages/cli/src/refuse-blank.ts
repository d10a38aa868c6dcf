import type { Command } from "commander";
import { usageError } from "./usage-error.ts";

/**
 * Refuses arguments and options without text. Behind one there is mostly a variable of a script that
 * is not set, and without it a command would mean something else: `herdctl pause "$AGENT"`, the fleet.
 *
 * @throws `INVALID_REQUEST`
 */
export function refuseBlank(command: Command): void {
  for (const [index, argument] of command.registeredArguments.entries()) {
    if (isBlank(command.args[index]))
      throw usageError(`The argument '${argument.name()}' is empty.`);
  }
  for (let at: Command | null = command; at; at = at.parent) {
    for (const option of at.options) {
      if (isBlank(at.getOptionValue(option.attributeName()))) {
        throw usageError(`The value of option '${option.flags}' is empty.`);
      }
    }
  }
}

function isBlank(value: unknown): boolean {
  return typeof value === "string" && value.trim() === "";
}
