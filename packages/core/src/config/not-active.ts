import type { Layer } from "./layer.ts";
import type { ProblemList } from "./problems.ts";
import { changeAt, isMapping, valueAt } from "./value-path.ts";

/** A field that is validated but has no effect yet. */
export interface NotActiveField {
  /** Pattern of its path in an agent (`agent`) or fleet file; `*` is any key or index. */
  readonly path: string;
  readonly in: "agent" | "fleet";
  readonly feature: string;
  /** Values that ask for nothing which is missing. */
  readonly unless?: (value: unknown) => boolean;
}

// The text "true" has come out of a variable.
const isOn = (value: unknown): boolean => value === true || value === "true";
const isOff = (value: unknown): boolean => !isOn(isMapping(value) ? value["enabled"] : value);
const is =
  (inert: unknown) =>
  (value: unknown): boolean =>
    value === inert;

const not =
  (active: string) =>
  (value: unknown): boolean =>
    value !== active;

/** Every field whose feature is still to come. */
export const notActiveFields: readonly NotActiveField[] = [
  { in: "agent", path: "hooks.*.*.type", feature: "hooks on the network", unless: is("shell") },
  { in: "agent", path: "work_source.type", feature: "taking GitHub issues", unless: is("folder") },
  { in: "agent", path: "worktree", feature: "a worktree for each job", unless: isOff },
  { in: "agent", path: "untrusted", feature: "handling untrusted repositories", unless: isOff },
  { in: "agent", path: "chat", feature: "answering chats" },
  { in: "agent", path: "schedules.*.type", feature: "webhook schedules", unless: not("webhook") },
  { in: "agent", path: "schedules.*.type", feature: "chat schedules", unless: not("chat") },
  {
    in: "agent",
    path: "schedules.*.work_source.type",
    feature: "taking GitHub issues",
    unless: is("folder"),
  },
  { in: "fleet", path: "web.session_expiry_hours", feature: "chats in the dashboard" },
  { in: "fleet", path: "web.open_browser", feature: "the dashboard", unless: isOff },
  { in: "fleet", path: "web.tool_results", feature: "chats in the dashboard", unless: isOn },
  {
    in: "fleet",
    path: "web.message_grouping",
    feature: "chats in the dashboard",
    unless: is("separate"),
  },
  { in: "fleet", path: "webhooks", feature: "accepting webhooks", unless: isOff },
];

/** Warns at every place of a layer that asks for something which has no effect yet. */
export function warnNotActive(
  layer: Layer,
  kind: NotActiveField["in"],
  problems: ProblemList,
): void {
  for (const field of notActiveFields) {
    if (field.in !== kind) continue;
    const [first = ""] = field.path.split(".");
    if (valueAt(layer.value, [first]) === undefined) continue;
    changeAt(layer.value, field.path.split("."), (value, path) => {
      if (value !== undefined && !field.unless?.(value)) {
        const place = { source: layer.source, path: [...layer.at, ...path], on: "key" as const };
        problems.warning(place, `"${path.at(-1)}" is not active yet (${field.feature})`);
      }
      return value;
    });
  }
}
