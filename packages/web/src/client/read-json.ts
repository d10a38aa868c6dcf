import { FleetManagerError } from "@herdctl/core";
import { z } from "zod";

/**
 * Reads what a daemon sent; an empty text is `undefined`.
 *
 * @throws `INTERNAL` when it is not what the contract says: the daemon is of another version
 */
export function readJson<Value>(schema: z.ZodType<Value>, text: string): Value {
  try {
    return z.decode(schema, text === "" ? undefined : JSON.parse(text));
  } catch (cause) {
    const message =
      "The daemon sent what this version of herdctl cannot read: restart it with this version.";
    throw new FleetManagerError(message, { cause });
  }
}
