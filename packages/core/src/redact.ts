import { createRedactedStream, type RedactedStream } from "./redact-stream.ts";

/** What stands in place of a secret. */
export const secretMark: string = "[secret]";

/** Replaces known secret values wherever they occur. */
export interface Redactor {
  /** `text` with every secret replaced. */
  text(text: string): string;
  /** A copy of a plain JSON value with every secret in its strings replaced; keys are untouched. */
  value<T>(value: T): T;
  /** For a text that comes in pieces. */
  stream(): RedactedStream;
}

/** Redacts these values, in plain and JSON-escaped form, longest first so that no rest of one shows. */
export function createRedactor(secrets: Iterable<string>): Redactor {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret === "") continue;
    forms.add(secret);
    forms.add(JSON.stringify(secret).slice(1, -1));
  }
  const sorted = [...forms].toSorted((a, b) => b.length - a.length);
  const text = (input: string): string => {
    let output = input;
    for (const secret of sorted) {
      if (output.includes(secret)) output = output.replaceAll(secret, secretMark);
    }
    return output;
  };
  const value = <T>(input: T): T => (sorted.length === 0 ? input : (redactValue(input, text) as T));
  return { text, value, stream: () => createRedactedStream(sorted, text) };
}

function redactValue(input: unknown, text: (input: string) => string): unknown {
  if (typeof input === "string") return text(input);
  if (Array.isArray(input)) return input.map((item) => redactValue(item, text));
  if (input instanceof Date || input === null || typeof input !== "object") return input;
  return Object.fromEntries(
    Object.entries(input).map(([key, item]) => [key, redactValue(item, text)]),
  );
}
