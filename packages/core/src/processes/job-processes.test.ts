import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type JobProcessMemory, selectJobProcesses } from "./job-processes.ts";
import type { ProcessEntry } from "./process-table.ts";

const entry = (pid: number, parent: number, session = pid, zombie = false): ProcessEntry => ({
  pid,
  parent,
  session,
  zombie,
  startTicks: pid * 10,
});
const self = { pid: 50, session: 50 };
const remember = (...pids: readonly number[]): JobProcessMemory => ({
  processes: new Map(pids.map((pid) => [pid, pid * 10])),
  sessions: new Set(pids),
});

function select(
  table: readonly ProcessEntry[],
  memory: JobProcessMemory,
  marked: readonly number[] = [],
): readonly number[] {
  const isMarked = ({ pid }: ProcessEntry): boolean => marked.includes(pid);
  return selectJobProcesses({ table, memory, isMarked, self })
    .map(({ pid }) => pid)
    .toSorted((a, b) => a - b);
}

describe("selectJobProcesses", () => {
  it.each<
    [string, readonly ProcessEntry[], JobProcessMemory, readonly number[], readonly number[]]
  >([
    [
      "the process itself and its descendants",
      [entry(100, 50), entry(101, 100, 100), entry(102, 101)],
      remember(100),
      [],
      [100, 101, 102],
    ],
    ["a marked process anywhere", [entry(200, 1)], remember(), [200], [200]],
    [
      "unmarked members of a session that a marked process leads",
      [entry(200, 1), entry(201, 1, 200)],
      remember(),
      [200],
      [200, 201],
    ],
    [
      "members of a remembered session whose leader is gone",
      [entry(101, 1, 100)],
      remember(100),
      [],
      [101],
    ],
    [
      "no process that took over a remembered pid",
      [{ ...entry(100, 1, 99), startTicks: 7 }],
      remember(100),
      [],
      [],
    ],
    ["no zombie", [entry(100, 50, 100, true)], remember(100), [100], []],
    [
      "never ourselves, marked or not",
      [entry(50, 1), entry(100, 50)],
      remember(100),
      [50, 100],
      [100],
    ],
    [
      "nothing of our own session, which a marked process may share",
      [entry(51, 1, 50), entry(52, 1, 50)],
      remember(),
      [51],
      [51],
    ],
    [
      "nothing of a stranger's session that a marked process is in",
      [entry(300, 1), entry(301, 300, 300), entry(302, 300, 300)],
      remember(),
      [301],
      [301],
    ],
    ["nothing of session 0", [entry(60, 1, 0), entry(61, 1, 0)], remember(0), [60], [60]],
  ])("finds %s", (_name, table, memory, marked, expected) => {
    expect(select(table, memory, marked)).toEqual(expected);
  });

  it("finds nothing where nothing is marked or remembered, whatever the table looks like", () => {
    const entries = fc.array(
      fc.record({
        pid: fc.integer({ min: 1, max: 30 }),
        parent: fc.integer({ min: 0, max: 30 }),
        session: fc.integer({ min: 0, max: 30 }),
        zombie: fc.boolean(),
        startTicks: fc.nat(),
      }),
    );
    fc.assert(fc.property(entries, (table) => select(table, remember()).length === 0));
  });
});
