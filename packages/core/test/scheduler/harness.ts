import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "@herdctl/testing";
import type { ResolvedSchedule } from "../../src/config/resolved.ts";
import { silentLogger } from "../../src/logger.ts";
import type { ScheduledFire } from "../../src/scheduler/decisions.ts";
import type { ScheduleEntry } from "../../src/scheduler/schedule-entry.ts";
import {
  type MissedRange,
  Scheduler,
  type SchedulerOptions,
} from "../../src/scheduler/scheduler.ts";
import { StateManager } from "../../src/state/manager.ts";
import type { FireKey, FireRecord, SkipReason } from "../../src/state/store.ts";

export const minute = 60_000;

/** A scheduler that notes what it fires; every fire ends as a skip by its gate. */
export interface TestScheduler {
  readonly scheduler: Scheduler;
  readonly fires: ScheduledFire[];
  readonly missed: MissedRange[];
  readonly skipped: SkipReason[];
  /** Instants whose row it wrote. */
  readonly decided: FireKey[];
}

/** A store in a folder of its own, and schedulers on it. */
export class SchedulerBench implements AsyncDisposable {
  readonly clock: ManualClock;
  readonly state: StateManager;
  readonly #dir: string;

  static async open(): Promise<SchedulerBench> {
    const dir = await mkdtemp(join(tmpdir(), "herdctl-scheduler-"));
    const clock = new ManualClock("2026-01-01T00:00:00Z");
    return new SchedulerBench(dir, clock, await StateManager.open({ stateDir: dir, clock }));
  }

  private constructor(dir: string, clock: ManualClock, state: StateManager) {
    this.#dir = dir;
    this.clock = clock;
    this.state = state;
  }

  scheduler(
    decide: (fire: ScheduledFire) => Promise<void> = () => Promise.resolve(),
    options: Partial<SchedulerOptions> = {},
  ): TestScheduler {
    const recorded = { fires: [], missed: [], skipped: [], decided: [] } as Omit<
      TestScheduler,
      "scheduler"
    >;
    const scheduler = new Scheduler({
      clock: this.clock,
      logger: silentLogger,
      store: this.state.store,
      checkInterval: 30_000,
      node: "this",
      isNodeAlive: () => false,
      isDecidedAtOnce: () => false,
      onFire: async (fire) => {
        recorded.fires.push(fire);
        await decide(fire);
        return "gate";
      },
      onSkipped: (key, reason) => {
        recorded.skipped.push(reason);
        recorded.decided.push(key);
      },
      onMissed: (range) => recorded.missed.push(range),
      ...options,
    });
    return { scheduler, ...recorded };
  }

  /** Lets time pass, and each minute what was started meanwhile reach the disk. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= minute) {
      await this.clock.advance(Math.min(left, minute));
      await this.settle();
    }
  }

  // Group commits end in a later turn of the loop than the clock's sleepers.
  async settle(): Promise<void> {
    for (let turn = 0; turn < 8; turn++) {
      await this.state.store.schedules.put({ agentName: "settle", scheduleName: "settle" });
    }
  }

  /** The ledger of a schedule, oldest first. */
  ledger(scheduleName: string): readonly FireRecord[] {
    return this.state.store.fires.list({ agentName: "a", scheduleName }).fires.toReversed();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.state.close();
    await rm(this.#dir, { recursive: true });
  }
}

/** A five-minute schedule of agent `a`, changed as wanted. */
export function entry(name: string, fields: Partial<ResolvedSchedule> = {}): ScheduleEntry {
  return {
    agentName: "a",
    schedule: {
      name,
      type: "interval",
      interval: 5 * minute,
      expression: "5m",
      enabled: true,
      jitter: 0,
      overlap: "skip",
      catchUp: "latest",
      catchUpWindow: 1_440 * minute,
      resumeSession: false,
      outputToFile: false,
      source: { file: "a.yaml", line: 1 },
      ...fields,
    },
  };
}

export function cron(name: string, expression: string): ScheduleEntry {
  const { schedule, agentName } = entry(name);
  const { interval: _interval, ...rest } = schedule;
  const timing = { type: "cron", cron: expression, expression, timezone: "UTC" } as const;
  return { agentName, schedule: { ...rest, ...timing } };
}

/** Times of day at which instants of a schedule were due. */
export function dueTimes(fires: readonly ScheduledFire[], name: string): string[] {
  return fires
    .filter(({ claim }) => claim.scheduleName === name)
    .map(({ claim }) => claim.dueAt.slice(11, 19));
}
