import { z } from "zod";
import { messageOf } from "../../errors.ts";
import type { ResolvedExpect } from "../resolved.ts";
import { innerPath, positiveDuration, text } from "./fields.ts";
import { object } from "./object.ts";

/** One check after a run that makes its success mean evidence. */
const expectSchema: z.ZodType<ResolvedExpect> = z.union(
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
        .superRefine(requireSchema)
        .describe("JSON Schema that the structured output of the run must match."),
    }).transform(({ json_schema: schema }): ResolvedExpect => ({ type: "json_schema", schema })),
  ],
  { error: 'must have one of "command", "file" or "json_schema"' },
);

/** The checks of an agent. Claude Code takes one schema for its answer. */
export const expectsSchema: z.ZodType<ResolvedExpect[]> = z
  .array(expectSchema)
  .refine((checks) => checks.filter(({ type }) => type === "json_schema").length <= 1, {
    error: 'must have at most one "json_schema"',
  });

function requireSchema(schema: Record<string, unknown>, context: z.RefinementCtx): void {
  try {
    z.fromJSONSchema(schema);
  } catch (error) {
    const message = `must be a JSON Schema that can be checked here: ${messageOf(error)}`;
    context.addIssue({ code: "custom", message });
  }
}
