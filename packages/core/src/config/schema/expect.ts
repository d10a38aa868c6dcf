import { z } from "zod";
import type { ResolvedExpect } from "../resolved.ts";
import { innerPath, positiveDuration, text } from "./fields.ts";
import { object } from "./object.ts";

/** One check after a run that makes its success mean evidence. */
export const expectSchema: z.ZodType<ResolvedExpect> = z.union(
  [
    object({
      command: text.describe("Command line in the working directory that must exit with 0."),
      timeout: positiveDuration.prefault("60s").describe("Longest run of the command."),
    }).transform((check): ResolvedExpect => ({ type: "command", ...check })),
    object({
      file: innerPath.describe("File in the working directory that must exist after the run."),
      changed: z.boolean().default(false).describe("The run must have created or changed it."),
    }).transform(({ file, changed }): ResolvedExpect => ({ type: "file", path: file, changed })),
    object({
      json_schema: z
        .record(z.string(), z.unknown())
        .describe("JSON Schema that the structured output of the run must match."),
    }).transform(({ json_schema: schema }): ResolvedExpect => ({ type: "json_schema", schema })),
  ],
  { error: 'must have one of "command", "file" or "json_schema"' },
);
