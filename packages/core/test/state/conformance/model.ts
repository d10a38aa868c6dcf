import fc from "fast-check";
import { expect, test } from "vitest";
import { type JobRecord, type JobStatus, isFinal } from "../../../src/state/job-record.ts";
import type { StateStore } from "../../../src/state/store.ts";
import { mayMove } from "../../../src/state/transitions.ts";
import { type OpenStore, lease, newJob } from "./setup.ts";

const limits = { perAgent: { a: 2, b: 1 }, fleetWide: 2 };

type Command = (store: StateStore, job: JobRecord) => Promise<unknown>;

const commands: Readonly<Record<string, Command>> = {
  enqueue: (store) => store.jobs.enqueue(newJob({ agentName: "a" })),
  enqueueOther: (store) => store.jobs.enqueue(newJob({ agentName: "b", priority: 1 })),
  admit: (store) => store.jobs.admit({ ...lease, ...limits }),
  admitOne: (store, { id }) => store.jobs.admit({ ...lease, ...limits, only: [id] }),
  park: (store, job) => store.jobs.park(job, { waitingFor: "retry" }),
  wake: (store, { id }) => store.jobs.wake(id),
  succeed: (store, job) => store.jobs.finish(job, { status: "completed", exitReason: "success" }),
  fail: (store, job) => store.jobs.finish(job, { status: "failed", exitReason: "timeout" }),
  failLate: (store, { id, fence }) =>
    store.jobs.finish({ id, fence: fence - 1 }, { status: "failed", exitReason: "error" }),
  cancel: (store, { id }) => store.jobs.requestCancel(id, "user"),
  takeOver: (store, job) => store.jobs.takeOver(job, lease),
  update: (store, job) => store.jobs.update(job, { turns: 1 }),
};

const script = fc.array(
  fc.record({ name: fc.constantFrom(...Object.keys(commands)), target: fc.nat(5) }),
  { minLength: 1, maxLength: 40 },
);

/** Whatever is asked for, in whatever order, the rules hold. */
export function testModel(open: OpenStore): void {
  test("no order of commands breaks a rule", async () => {
    const { store } = await open();
    await fc.assert(
      fc.asyncProperty(script, async (steps) => {
        await store.jobs.enqueue(newJob({ agentName: "a" }));
        for (const { name, target } of steps) {
          const before = store.jobs.list({}).jobs;
          const job = before[target % before.length];
          if (job) await commands[name]?.(store, job);
          const after = store.jobs.list({}).jobs;
          expectLegalMoves(before, after);
          expectLimits(after);
          expectTotals(store, after);
        }
        for (const { id } of store.jobs.live()) await end(store, id);
        await store.jobs.prune({ perAgent: 0 });
        expect(store.jobs.list({}).jobs).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
}

function expectLegalMoves(before: readonly JobRecord[], after: readonly JobRecord[]): void {
  const old = new Map(before.map((job) => [job.id, job]));
  for (const job of after) {
    const previous = old.get(job.id);
    if (!previous) continue;
    expect(job.fence).toBeGreaterThanOrEqual(previous.fence);
    expect(job.queueSeq).toBe(previous.queueSeq);
    if (job.status !== previous.status) expect(mayMove(previous.status, job.status)).toBe(true);
    if (isFinal(previous.status))
      expect({ ...job, lateResult: 0 }).toEqual({ ...previous, lateResult: 0 });
    expect(job.finishedAt !== undefined).toBe(isFinal(job.status));
  }
}

function expectLimits(jobs: readonly JobRecord[]): void {
  const running = jobs.filter(({ status }) => status === "running");
  expect(running.length).toBeLessThanOrEqual(limits.fleetWide);
  for (const [agentName, limit] of Object.entries(limits.perAgent)) {
    expect(running.filter((job) => job.agentName === agentName).length).toBeLessThanOrEqual(limit);
  }
}

function expectTotals(store: StateStore, jobs: readonly JobRecord[]): void {
  const count = (agentName: string, status: JobStatus): number =>
    jobs.filter((job) => job.agentName === agentName && job.status === status).length;
  for (const total of store.jobs.totals()) {
    expect(total.count).toBe(count(total.agentName, total.status));
  }
  const all = store.jobs.totals().reduce((sum, total) => sum + total.count, 0);
  expect(all).toBe(jobs.length);
}

async function end(store: StateStore, id: string): Promise<void> {
  await store.jobs.requestCancel(id, "user");
  const job = store.jobs.get(id);
  if (job?.status === "running")
    await store.jobs.finish(job, { status: "cancelled", exitReason: "cancelled" });
}
