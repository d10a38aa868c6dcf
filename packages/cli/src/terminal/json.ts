import { ConfigurationError, errorKindOf, FleetManagerError, messageOf } from "@herdctl/core";

/** JSON for programs: dates as ISO-8601 UTC, errors with their code and facts. */
export function toJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(
    value,
    (_key, item: unknown) => (item instanceof Error ? toErrorFacts(item) : item),
    indent,
  );
  // JSON leaves these as they are, and a terminal obeys some of them.
  return text.replaceAll(/[\u007F-\u009F]/g, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** `{code, message, …facts}` of any thrown value. */
export function toErrorFacts(error: unknown): Readonly<Record<string, unknown>> {
  const { code } = errorKindOf(error);
  const facts = error instanceof FleetManagerError ? error.context : undefined;
  const problems = error instanceof ConfigurationError ? { problems: error.problems } : undefined;
  return { ...facts, ...problems, code, message: messageOf(error) };
}
