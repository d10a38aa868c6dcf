import type { z } from "zod";
import { nearestOf } from "../errors.ts";
import { isMapping, valueAt, type ValuePath } from "./value-path.ts";

type Issue = z.core.$ZodIssue;

/** A zod issue in our words. */
export interface Explained {
  readonly path: ValuePath;
  readonly on: "key" | "value";
  readonly message: string;
  /** Something is absent, or does not fit with something else: another layer may mend it. */
  readonly mendable: boolean;
}

/** What a value must be, as a predicate: passed to zod, where a schema has no words of its own. */
export function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${kinds[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `must be ${oneOf(issue.values.map(String))}${suggestion(issue.input, issue.values)}`;
    case "invalid_union":
      return describeUnion(issue);
    case "too_small":
      return describeBound(issue.origin, issue.minimum, issue.inclusive ?? true, "least");
    case "too_big":
      return describeBound(issue.origin, issue.maximum, issue.inclusive ?? true, "most");
    default:
      return undefined;
  }
}

// A union that is told apart by a field lists the values of that field; others list nothing.
function describeUnion(issue: { readonly [fact: string]: unknown }): string | undefined {
  const { options, discriminator, input } = issue;
  if (!Array.isArray(options)) return undefined;
  const found = valueAt(input, [typeof discriminator === "string" ? discriminator : ""]);
  return `must be ${oneOf(options.map(String))}${suggestion(found, options)}`;
}

const kinds: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a mapping (indented `key: value` lines)",
  record: "a mapping (indented `key: value` lines)",
  array: "a list (lines that start with `- `)",
};

function oneOf(values: readonly string[]): string {
  const last = values.at(-1) ?? "";
  return values.length > 1 ? `${values.slice(0, -1).join(", ")} or ${last}` : last;
}

function suggestion(input: unknown, values: readonly unknown[]): string {
  const near = typeof input === "string" ? nearestOf(input, values.map(String)) : undefined;
  return near === undefined ? "" : `. Did you mean "${near}"?`;
}

function describeBound(
  origin: string,
  bound: number | bigint,
  inclusive: boolean,
  side: "least" | "most",
): string {
  if (origin === "string" && Number(bound) === 1) return "must not be empty";
  if (origin === "array")
    return `must have at ${side} ${bound} item${Number(bound) === 1 ? "" : "s"}`;
  if (origin === "string") return `must have at ${side} ${bound} characters`;
  if (inclusive) return `must be at ${side} ${bound}`;
  return `must be ${side === "least" ? "more" : "less"} than ${bound}`;
}

/** Issues of one value, one entry for each thing to mend. */
export function explainIssues(issues: readonly Issue[], value: unknown): readonly Explained[] {
  return flatten(issues, []).flatMap((issue) => explain(issue, value));
}

/** Issues with unions replaced by the issues of the branch that was meant. */
export function flatten(issues: readonly Issue[], above: ValuePath): readonly Issue[] {
  return issues.flatMap((issue): readonly Issue[] => {
    const path = [...above, ...toPath(issue.path)];
    if (issue.code !== "invalid_union" || issue.errors.length === 0) return [{ ...issue, path }];
    const meant = meantBranch(issue.errors);
    return meant ? flatten(meant, path) : [{ ...issue, path, message: unionMessage(issue) }];
  });
}

function toPath(path: readonly PropertyKey[]): ValuePath {
  return path.map((step) => (typeof step === "symbol" ? String(step) : step));
}

function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const possible = branches.filter((issues) => !issues.some(isWrongKind));
  const inside = possible.filter((issues) => issues.every(isInside));
  // Only in the branch that was meant are the faults deeper than the value itself.
  const fitting = inside.length > 0 ? inside : possible;
  if (fitting.length <= 1) return fitting[0];
  const [first, second] = fitting.toSorted((a, b) => faults(a) - faults(b));
  return first && second && faults(first) < faults(second) ? first : undefined;
}

function isWrongKind(issue: Issue): boolean {
  return issue.path.length === 0 && issue.code === "invalid_type";
}

function isInside(issue: Issue): boolean {
  return issue.path.length > 0 || issue.code === "unrecognized_keys";
}

function faults(issues: readonly Issue[]): number {
  return issues.reduce(
    (sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 1),
    0,
  );
}

function unionMessage(issue: z.core.$ZodIssueInvalidUnion): string {
  if (issue.message !== "Invalid input") return issue.message;
  const wanted = issue.errors.flatMap((branch) =>
    branch.flatMap((nested) =>
      isWrongKind(nested) ? [nested.message.replace(/^must be /, "")] : [],
    ),
  );
  return wanted.length > 0
    ? `must be ${oneOf([...new Set(wanted)])}`
    : "must have one of the allowed forms";
}

function explain(issue: Issue, value: unknown): readonly Explained[] {
  const path = toPath(issue.path);
  if (issue.code === "unrecognized_keys") {
    const messages = issue.message.split("\n");
    return issue.keys.map((key, index) => ({
      path: [...path, key],
      on: "key" as const,
      message: messages[index] ?? issue.message,
      mendable: false,
    }));
  }
  if (issue.code === "invalid_key") {
    const message = `${show(path.at(-1))} ${issue.issues[0]?.message ?? issue.message}`;
    return [{ path, on: "key", message, mendable: false }];
  }
  if (issue.code === "custom" && issue.params?.["crossField"]) {
    return [{ path, on: "value", message: issue.message, mendable: true }];
  }
  const written = valueAt(value, path);
  if (written === undefined) {
    const message = `"${path.at(-1) ?? "the file"}" is missing: it ${issue.message}`;
    return [{ path, on: "key", message, mendable: true }];
  }
  return [{ path, on: "value", message: `${show(written)} ${issue.message}`, mendable: false }];
}

function show(value: unknown): string {
  if (value === null) return "this is empty: it";
  if (Array.isArray(value)) return "a list is here: this";
  if (isMapping(value)) return "a mapping is here: this";
  // JSON has no infinity.
  if (typeof value === "number") return String(value);
  const short = typeof value === "string" && value.length > 60 ? `${value.slice(0, 57)}…` : value;
  return JSON.stringify(short);
}
