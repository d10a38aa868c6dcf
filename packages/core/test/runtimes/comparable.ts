import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { projectFolderName } from "../../src/claude-home.ts";
import { containerClaudeHome, containerHome } from "../../src/runner/runtime/docker-config.ts";
import type { OutputLine } from "../../src/state/output-line.ts";
import type { Ran } from "../runner/harness.ts";
import type { Stage } from "./stage.ts";

/** A run without what no two runs have in common: ids, times and folders. */
export interface Comparable {
  readonly lines: readonly string[];
  readonly outcome: Readonly<Record<string, unknown>>;
}

/** What in a case is up to chance. */
export interface Chance {
  /** Two conversations run beside each other: only the order within each is determined. */
  readonly interleaved?: boolean;
  /** What the result lines say that it has cost by then; the outcome's cost is certain. */
  readonly costsByThen?: boolean;
  /** Subtypes of lines that may be there or not. */
  readonly uncertain?: readonly string[];
  /** The run is stopped: what Claude Code still says then depends on how fast the machine is. */
  readonly stopped?: boolean;
}

/** What of a run must not depend on the runtime. */
export function toComparable(
  ran: Ran,
  stage: Stage,
  { interleaved = false, costsByThen = false, uncertain = [], stopped = false }: Chance,
): Comparable {
  const { outcome } = ran;
  const lines = interleaved ? conversationByConversation(ran.lines) : ran.lines;
  const names = namesOf({ ...ran, lines }, stage);
  const plain = (value: unknown): unknown => withoutChance(value, names);
  const chance = new Set([...uncertain, ...ofChance]);
  const said = lines.filter(
    (line) => !chance.has(line.subtype ?? "") && !(stopped && isLastWord(line)),
  );
  const factsBy = (line: OutputLine): OutputLine =>
    costsByThen && line.type === "result"
      ? { ...line, data: { ...Object(line.data), costUsd: "<chance>" } }
      : line;
  return {
    lines: said.map((line) => JSON.stringify(plain(factsOf(factsBy(line))))),
    outcome: mapValues(stopped ? { ...outcome, turns: "<chance>" } : outcome, plain),
  };
}

/** That of the run first, then those of its subagents in the order of the calls. */
function conversationByConversation(lines: readonly OutputLine[]): readonly OutputLine[] {
  const calls = lines.filter(({ type }) => type === "tool_use");
  const order = new Map(calls.map(({ toolUseId }, index) => [toolUseId, index]));
  const place = ({ parentToolUseId }: OutputLine): number =>
    parentToolUseId === undefined ? -1 : (order.get(parentToolUseId) ?? lines.length);
  return lines.toSorted((a, b) => place(a) - place(b));
}

function mapValues(
  facts: object,
  change: (value: unknown) => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, change(value)]));
}

/** How many of these there are depends on how fast the machine is. */
const ofChance = ["task_progress"];

/** What Claude Code says of a stop, and of the tool that it has hit. */
function isLastWord({ type, text = "" }: OutputLine): boolean {
  return type === "result" || /^(?:\[Request interrupted|The user doesn't want)/.test(text);
}

function factsOf(line: OutputLine): Partial<OutputLine> {
  const { seq: _seq, timestamp: _timestamp, uuid: _uuid, ...facts } = line;
  return facts;
}

/** Names of a run and what they stand for, in the order in which they appear. */
function namesOf({ jobId, lines, ...ran }: Ran, stage: Stage): ReadonlyMap<string, string> {
  const folder = realPathOf(ran.workingDirectory);
  const home = join(stage.dir, "home");
  const place = stage.isContained ? stage.seenCwd : folder;
  const names = new Map([
    [jobId, "<job>"],
    [folder, "<cwd>"],
    [place, "<cwd>"],
    [projectFolderName(place), "<project>"],
    [
      join(stage.isContained ? containerClaudeHome : join(home, ".claude"), "projects"),
      "<sessions>",
    ],
    [stage.isContained ? containerHome : home, "<home>"],
    [stage.dir, "<dir>"],
    [new URL(stage.server.url).host, "<model>"],
    // As which the proxy is known in a container.
    ["model.invalid", "<model>"],
  ]);
  let given = 0;
  for (const { toolUseId, data } of lines) {
    for (const name of [toolUseId, taskOf(data)]) {
      if (name === undefined || names.has(name)) continue;
      given += 1;
      names.set(name, `<name ${given}>`);
    }
  }
  return names;
}

function realPathOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

function taskOf(data: unknown): string | undefined {
  const id: unknown = data instanceof Object && "task_id" in data ? data.task_id : undefined;
  return typeof id === "string" ? id : undefined;
}

/** Fields that differ from run to run. */
const fieldsOfChance: ReadonlySet<string> = new Set([
  "durationMs",
  "duration_ms",
  "end_time",
  "output_file",
  "post_tokens",
  "retry_delay_ms",
  "run_id",
  "title",
]);

function withoutChance(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") return withNames(value, names);
  if (Array.isArray(value)) return value.map((item) => withoutChance(item, names));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      fieldsOfChance.has(key) ? "<chance>" : withoutChance(field, names),
    ]),
  );
}

/** Session ids and the like, files that Claude Code names by itself, and times in its texts. */
const ofOneRun =
  /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=tool-results\/)\w+|(?<=duration_ms: )\d+|(?<=~)\d+(?= tokens)/g;

function withNames(text: string, names: ReadonlyMap<string, string>): string {
  let plain = text;
  for (const [name, meaning] of names) plain = plain.replaceAll(name, meaning);
  return plain.replaceAll(ofOneRun, "<id>");
}
