import { expect, test } from "vitest";
import type { ScreenLine } from "../src/terminal/screen-line.ts";
import { widthOf } from "../src/terminal/width.ts";
import { layOutWatch } from "../src/watch/watch-layout.ts";
import type { WatchState } from "../src/watch/watch-state.ts";
import { busyFleet, idleFleet, now } from "./watched-fleet.ts";

const [running] = busyFleet.running;
const fleetView: WatchState = { view: { kind: "fleet" }, selected: running?.id ?? "" };

function layOut(
  state: WatchState,
  [columns, rows]: readonly [number, number],
  {
    fleet = busyFleet,
    output = [],
    notice = "",
  }: {
    readonly fleet?: typeof busyFleet;
    readonly output?: readonly string[];
    readonly notice?: string;
  } = {},
): readonly ScreenLine[] {
  const doing = new Map([[running?.id ?? "", "→ Bash npm test"]]);
  return layOutWatch(state, fleet, { size: { columns, rows }, now, doing, output, notice });
}

function show(lines: readonly ScreenLine[]): string {
  return lines
    .map(({ text, format }) => (format === "inverse" ? `> ${text.trimEnd()}` : `  ${text}`))
    .join("\n");
}

const sizes = [
  [80, 24],
  [200, 60],
  [40, 10],
  [20, 4],
] as const;
const views: readonly WatchState[] = [
  fleetView,
  { view: { kind: "approvals", index: 0 } },
  { view: { kind: "output", jobId: running?.id ?? "", back: 0 } },
];

test.each(sizes.flatMap((size) => views.map((view) => [size, view] as const)))(
  "on %j, %j has as many lines as the screen, and none is wider but to be cut at its end",
  (size, view) => {
    const [columns, rows] = size;
    for (const fleet of [busyFleet, idleFleet]) {
      const output = Array.from({ length: 100 }, (_, index) => `${index} ${"日本".repeat(30)}`);
      const lines = layOut(view, size, { fleet, output });
      expect(lines).toHaveLength(rows);
      // Titles and the footer say most at their beginning.
      for (const { text } of lines.slice(1, -1))
        expect(widthOf(text)).toBeLessThanOrEqual(Math.max(columns, 40));
    }
  },
);

test("shows the fleet on 80 by 24", () => {
  expect(show(layOut(fleetView, [80, 24]))).toMatchInlineSnapshot(`
    "  night-shift  running for 2h 3m · 1 running · 1 queued · 1 waiting · $1.23 today
      2 requests wait for you: press a
      NOW                   AGENT     STATE      SINCE  DOING
    > job-01k0000000000001  reviewer  running   1m 13s  → Bash npm test
      job-01k0000000000002  writer    waiting           for an approval
      job-01k0000000000003  reviewer  queued 1    5.0s  for a place of the agent
      ENDED                 AGENT   OUTCOME            WHEN     TOOK  COST
      job-01k0000000000020  writer  completed          now      4.2s
      job-01k0000000000019  writer  failed: max_turns  1m ago   4.2s
      job-01k0000000000018  writer  completed          2m ago   4.2s
      job-01k0000000000017  writer  completed          3m ago   4.2s
      job-01k0000000000016  writer  completed          4m ago   4.2s
      job-01k0000000000015  writer  completed          5m ago   4.2s
      job-01k0000000000014  writer  completed          6m ago   4.2s
      job-01k0000000000013  writer  completed          7m ago   4.2s
      job-01k0000000000012  writer  completed          8m ago   4.2s
      … 3 more
      AGENTS       STATE         JOBS  TODAY  DESCRIPTION
      reviewer     running       0/1   $0.00  reviews what was committed
      writer       idle          0/1   $1.23  日本語 writes
      ops.janitor  idle, paused  0/1   $0.00
      NEXT FIRES  AGENT     SCHEDULE
      in 1m       reviewer  hourly
      q quit  ↑↓ choose  ⏎ output  c cancel  p pause  a approvals"
  `);
});

test("shows the fleet on 40 by 10", () => {
  expect(show(layOut(fleetView, [40, 10]))).toMatchInlineSnapshot(`
    "  night-shift  running for 2h 3m · 1 running · 1 queued · 1 waiting · $1.23 today
      2 requests wait for you: press a
      NOW         AGENT     STATE     DOING
    > job-01k00…  reviewer  running   → Bash …
      job-01k00…  writer    waiting   for an …
      job-01k00…  reviewer  queued 1  for a p…
      ENDED                 AGENT   OUTCOME
      job-01k0000000000020  writer  completed
      … 11 more
      q quit  ↑↓ choose  ⏎ output  c cancel  p pause  a approvals"
  `);
});

test("follows the chosen row into a list that does not fit", () => {
  const last = busyFleet.ended.at(-1)?.id ?? "";
  expect(show(layOut({ ...fleetView, selected: last }, [80, 24]))).toContain(`> ${last}`);
});

test("says that nothing is to do, and that the fleet is paused", () => {
  const fleet = { ...idleFleet, status: { ...idleFleet.status, paused: true } };
  const text = show(layOut({ view: { kind: "fleet" } }, [80, 24], { fleet, notice: "Paused." }));
  expect(text).toContain("no job runs or waits");
  expect(text).toContain("The fleet is paused: `herdctl resume`");
  expect(text.endsWith("Paused.")).toBe(true);
});

test("shows the end of an output, wrapped, or what is before it", () => {
  const output = ["one", "two ".repeat(12).trim(), "three"];
  const at = (back: number): readonly string[] =>
    layOut({ view: { kind: "output", jobId: running?.id ?? "", back } }, [40, 5], { output }).map(
      ({ text }) => text.trim(),
    );
  expect(at(0)[0]).toBe(`${running?.id}  reviewer  running`);
  expect(at(0).slice(1, 4)).toEqual(["two ".repeat(10).trim(), "two two", "three"]);
  expect(at(1).slice(1, 4)).toEqual(["one", "two ".repeat(10).trim(), "two two"]);
  expect(at(99).slice(1, 4)).toEqual(at(1).slice(1, 4));
});

test("shows a request with what it is about, and what may be done with it", () => {
  const call = show(layOut({ view: { kind: "approvals", index: 0 } }, [80, 12]));
  expect(call).toContain("Request 1 of 2: writer");
  expect(call).toContain("Bash: rm -rf build");
  expect(call).toContain("y approve  n deny");
  const question = show(layOut({ view: { kind: "approvals", index: 9 } }, [80, 12]));
  expect(question).toContain("Which one?");
  expect(question).toContain("  - B");
  expect(question).toContain("⏎ answer");
  const none = layOut({ view: { kind: "approvals", index: 0 } }, [80, 12], { fleet: idleFleet });
  expect(show(none)).toContain("Nothing waits for you.");
});

test.each([
  [{ kind: "cancel", jobId: "job-1" } as const, "Cancel job-1? y: yes, any other key: no"],
  [
    { kind: "answer", approvalId: "ask-2", text: "B" } as const,
    "Answer (enter: send, esc: not): B_",
  ],
])("the last line asks %j", (asking, line) => {
  expect(layOut({ ...fleetView, asking }, [80, 24]).at(-1)?.text).toBe(line);
});
