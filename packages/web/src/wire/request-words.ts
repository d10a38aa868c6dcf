import type { z } from "zod";

/** What is wrong with a field of a request, for who sent it; where a schema has no words of its own. */
export function requestWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return isMissing(issue) ? "is missing" : `must be ${kinds[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return isMissing(issue) ? "is missing" : `must be ${issue.values.map(String).join(" or ")}`;
    case "invalid_format":
      return formats[issue.format];
    case "too_small":
      return issue.origin === "number" ? `must be at least ${count(issue.minimum)}` : undefined;
    case "too_big":
      return issue.origin === "number" ? `must be at most ${count(issue.maximum)}` : undefined;
    default:
      return undefined;
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  array: "a list",
};

const formats: Readonly<Record<string, string>> = {
  datetime: "must be an instant such as 2026-01-31T12:00:00.000Z",
  date: "must be a date such as 2026-01-31",
};

function isMissing({ input }: z.core.$ZodRawIssue): boolean {
  return input === undefined;
}

function count(bound: number | bigint): string {
  return bound.toLocaleString("en-US");
}
