import type { z } from "zod";
import { describeIssue, explainIssues, flatten } from "./issues.ts";
import { isInterpolated, mergedValue, placeIn, type Stack } from "./layer.ts";
import type { ProblemList } from "./problems.ts";
import { pathKey } from "./source.ts";
import { changeAt, valueAt } from "./value-path.ts";

/** How to check a stack of layers. */
export interface CheckOptions {
  readonly problems: ProblemList;
  /** Other layers will complete these: what is absent or does not fit together yet is no problem. */
  readonly partial?: boolean;
}

/** Validates the merged value of a stack, placing each problem where its value was written. */
export function check<T>(
  schema: z.ZodType<T>,
  stack: Stack,
  { problems, partial = false }: CheckOptions,
): T | undefined {
  const written = mergedValue(stack);
  const { value, result } = parseCoercing(schema, written, stack);
  if (result.success) return result.data;
  const found = explainIssues(result.error.issues, value)
    .filter(({ mendable }) => !(partial && mendable))
    .map(({ path, on, message }) => ({ place: placeIn(stack, path, on), message }));
  // What is wrong with a layer, or that a variable is not set, has been said already.
  const fresh = found.filter(
    ({ place }) => !problems.has(place) && !place.source.unset.has(pathKey(place.path)),
  );
  for (const { place, message } of fresh) problems.error(place, message);
  return undefined;
}

// Text out of a variable becomes a number or boolean only where the schema asked for one.
function parseCoercing<T>(
  schema: z.ZodType<T>,
  written: unknown,
  stack: Stack,
): { value: unknown; result: z.ZodSafeParseResult<T> } {
  const result = schema.safeParse(written, { error: describeIssue });
  if (result.success) return { value: written, result };
  const value = coerceVariables(written, result.error.issues, stack);
  if (value === written) return { value, result };
  return { value, result: schema.safeParse(value, { error: describeIssue }) };
}

function coerceVariables(
  written: unknown,
  issues: readonly z.core.$ZodIssue[],
  stack: Stack,
): unknown {
  let value = written;
  for (const issue of flatten(issues, [])) {
    const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
    const text = valueAt(value, path);
    if (typeof text !== "string" || !isInterpolated(stack, path)) continue;
    const typed = toScalar(text);
    if (typed !== text) value = changeAt(value, path.map(String), () => typed);
  }
  return value;
}

function toScalar(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
}
