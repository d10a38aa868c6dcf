import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ResolvedSchedule } from "../../src/config/resolved.ts";
import type { ScheduleEntry } from "../../src/scheduler/schedule-entry.ts";
import type { FireKey, FireRecord } from "../../src/state/store.ts";
import { cron, entry, minute, SchedulerBench, type TestScheduler } from "./harness.ts";

type Step =
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "jump"; readonly ms: number }
  | { readonly kind: "restart"; readonly down: number }
  | { readonly kind: "second" };

const span = fc.integer({ min: 1_000, max: 40 * minute });
const forwards: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("pass" as const), ms: span }),
  fc.record({ kind: fc.constant("jump" as const), ms: span }),
  fc.record({ kind: fc.constant("restart" as const), down: span }),
  fc.constant({ kind: "second" as const }),
);
const anyway: fc.Arbitrary<Step> = fc.oneof(
  forwards,
  fc.record({ kind: fc.constant("jump" as const), ms: span.map((ms) => -ms) }),
);
const policy: fc.Arbitrary<Pick<ResolvedSchedule, "catchUp" | "catchUpWindow" | "jitter">> =
  fc.record({
    catchUp: fc.constantFrom("skip", "latest", "all"),
    catchUpWindow: fc.integer({ min: 1, max: 60 * minute }),
    jitter: fc.integer({ min: 0, max: 4 * minute }),
  });

const atOnce = fc.boolean();

describe("the ledger", () => {
  it("covers every instant exactly once, whatever pauses, restarts and second processes", async () => {
    const property = fc.asyncProperty(
      fc.array(forwards, { minLength: 1, maxLength: 6 }),
      policy,
      atOnce,
      async (steps, fields, isAtOnce) => {
        await using bench = await SchedulerBench.open();
        const schedules = [entry("s", fields), withPolicy(cron("c", "*/10 * * * *"), fields)];
        await live(bench, steps, { schedules, isAtOnce });
        // Everything that was ripe in the end, and nothing else, has its row.
        expectGrid(bench.ledger("s"), { from: "2026-01-01T00:00:00Z", step: 5 * minute });
        expectGrid(bench.ledger("c"), { from: "2026-01-01T00:10:00Z", step: 10 * minute });
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });

  it("never has two rows for an instant of an era, wherever the clock goes", async () => {
    const property = fc.asyncProperty(
      fc.array(anyway, { minLength: 2, maxLength: 6 }),
      policy,
      atOnce,
      async (steps, fields, isAtOnce) => {
        await using bench = await SchedulerBench.open();
        const schedules = [entry("s", fields), withPolicy(cron("c", "*/10 * * * *"), fields)];
        const keys = await live(bench, steps, { schedules, isAtOnce });
        for (const name of ["s", "c"]) expectNoOverlap(bench.ledger(name));
        const decided = keys.map(
          ({ scheduleName, dueAt, era = 0 }) => `${scheduleName} ${era} ${dueAt}`,
        );
        expect(new Set(decided).size).toBe(decided.length);
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });
});

function withPolicy(
  { agentName, schedule }: ScheduleEntry,
  fields: Partial<ResolvedSchedule>,
): ScheduleEntry {
  return { agentName, schedule: { ...schedule, ...fields } };
}

async function live(
  bench: SchedulerBench,
  steps: readonly Step[],
  {
    schedules,
    isAtOnce,
  }: { readonly schedules: readonly ScheduleEntry[]; readonly isAtOnce: boolean },
): Promise<readonly FireKey[]> {
  const all: TestScheduler[] = [];
  let running: TestScheduler[] = [];
  const start = async (): Promise<void> => {
    const made = bench.scheduler(undefined, { isDecidedAtOnce: () => isAtOnce });
    all.push(made);
    running.push(made);
    await made.scheduler.start(schedules);
    await bench.settle();
  };
  const stop = async (): Promise<void> => {
    await Promise.all(running.map(({ scheduler }) => scheduler.stop()));
    running = [];
  };
  await start();
  for (const step of steps) {
    if (step.kind === "pass") await bench.pass(step.ms);
    else if (step.kind === "jump") bench.clock.jump(step.ms);
    else if (step.kind === "second") await start();
    else {
      await stop();
      bench.clock.jump(step.down);
      await start();
    }
  }
  await bench.pass(2 * minute);
  await stop();
  return all.flatMap(({ decided }) => decided);
}

function expectGrid(
  rows: readonly FireRecord[],
  { from, step }: { readonly from: string; readonly step: number },
): void {
  let expected = Date.parse(from);
  for (const row of rows) {
    expect(Date.parse(row.dueAt)).toBe(expected);
    const until = Date.parse(row.until ?? row.dueAt);
    expect(until).toBe(expected + (row.count - 1) * step);
    expected = until + step;
  }
}

function expectNoOverlap(rows: readonly FireRecord[]): void {
  const sorted = rows.toSorted(
    (a, b) => (a.era ?? 0) - (b.era ?? 0) || Date.parse(a.dueAt) - Date.parse(b.dueAt),
  );
  let previous: FireRecord | undefined;
  for (const row of sorted) {
    if (previous && (previous.era ?? 0) === (row.era ?? 0)) {
      expect(Date.parse(row.dueAt)).toBeGreaterThan(Date.parse(previous.until ?? previous.dueAt));
    }
    previous = row;
  }
}
