import { isDeepStrictEqual } from "node:util";
import type { ResolvedAgent, ResolvedConfig, ResolvedSchedule } from "./resolved.ts";

/**
 * What differs between two configurations: `<path> added`, `<path> removed` or `<path> changed`, with
 * YAML's names, such as `agent:reviewer:schedule:nightly:interval changed`. Sorted; empty when equal.
 */
export function diffConfigs(before: ResolvedConfig, after: ResolvedConfig): readonly string[] {
  const changes = [
    ...diffValues("fleet", before.fleet, after.fleet),
    ...diffValues("agent", agentsByName(before), agentsByName(after)),
  ];
  return changes.toSorted();
}

type Tree = Readonly<Record<string, unknown>>;

function agentsByName(config: ResolvedConfig): Tree {
  return Object.fromEntries(config.agents.map((agent) => [agent.qualifiedName, toTree(agent)]));
}

// Where a thing stands and what it is called is not what it does.
function toTree(agent: ResolvedAgent): Tree {
  const { name: _n, qualifiedName: _q, fleetPath: _f, configPath: _c, schedules, ...rest } = agent;
  return { ...rest, schedule: Object.fromEntries(schedules.map(toScheduleTree)) };
}

function toScheduleTree(schedule: ResolvedSchedule): [string, Tree] {
  const { name, source: _source, expression, interval, ...rest } = schedule;
  // Milliseconds and text say the same; the text is what somebody wrote.
  const written = expression === undefined ? { interval } : { [schedule.type]: expression };
  return [name, { ...rest, ...written }];
}

// Keys below these are names that people gave.
const namedBy: ReadonlySet<string> = new Set([
  "agent",
  "env",
  "headers",
  "labels",
  "mcp_servers",
  "schedule",
]);

function diffValues(path: string, before: unknown, after: unknown): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (before === undefined) return [`${path} added`];
  if (after === undefined) return [`${path} removed`];
  if (!isTree(before) || !isTree(after)) return [`${path} changed`];
  const areNames = namedBy.has(path.slice(path.lastIndexOf(":") + 1));
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) =>
    diffValues(`${path}:${areNames ? key : toSnakeCase(key)}`, before[key], after[key]),
  );
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toSnakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
