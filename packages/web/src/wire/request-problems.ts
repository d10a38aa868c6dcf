import type { z } from "zod";

/** A field of a request, and what is wrong with it. */
export interface RequestProblem {
  readonly field: string;
  readonly message: string;
}

/** What is wrong with a request that the contract refuses: a sentence, and each field. */
export function describeRequestProblems(error: z.core.$ZodError): {
  readonly message: string;
  readonly problems: readonly RequestProblem[];
} {
  const problems = error.issues.flatMap((issue) => toProblems(issue, []));
  const text = problems.map(({ field, message }) => `${field}: ${message}`).join("; ");
  return { message: `The request is not valid: ${text}.`, problems };
}

function toProblems(
  issue: z.core.$ZodIssue,
  parents: readonly PropertyKey[],
): readonly RequestProblem[] {
  const path = [...parents, ...issue.path];
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    // The form that fits best is what was meant.
    const [closest = []] = issue.errors.toSorted((a, b) => a.length - b.length);
    return closest.flatMap((inner) => toProblems(inner, path));
  }
  return [{ field: path.map(String).join("."), message: issue.message }];
}
