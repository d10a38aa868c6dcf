import { describe, expect, test } from "vitest";
import type { FireKey, StateStore } from "../../../src/state/store.ts";
import { type OpenStore, done, enqueue, ids, run, start } from "./setup.ts";

const day = 86_400_000;

export function describeForget(open: OpenStore): void {
  describe("what is too old", () => {
    test("jobs are forgotten by the time they ended, never while they live", async () => {
      const { store, clock } = await open();
      const running = await run(store);
      const queued = await enqueue(store);
      const old = await done(store);
      clock.time = start + day;
      const young = await done(store);
      const keep = { perAgent: 9, finishedAfter: new Date(start + 1).toISOString() };
      expect(await store.jobs.prune(keep)).toEqual([old.id]);
      expect(await store.jobs.prune(keep)).toEqual([]);
      expect(ids(store.jobs.list({}).jobs)).toEqual([young.id, queued.id, running.id]);
    });

    test("numbers and age forget together within one slice", async () => {
      const { store, clock } = await open();
      const old = [await done(store), await done(store), await done(store, { agentName: "b" })];
      clock.time = start + day;
      const keep = { perAgent: 1, finishedAfter: new Date(clock.time).toISOString(), max: 2 };
      const removed = [...(await store.jobs.prune(keep)), ...(await store.jobs.prune(keep))];
      expect(removed.toSorted()).toEqual(ids(old).toSorted());
    });

    test("fires are forgotten by their last instant, undecided ones and the last of a schedule never", async () => {
      const { store } = await open();
      await cover(store, fire("a", 0), { until: 4, count: 5 });
      await cover(store, fire("a", 6), { until: 9, count: 4, fate: "skipped" });
      await store.fires.claim([fire("a", 10), fire("b", 1), fire("b", 2), fire("c", 0)], "node-1");
      await cover(store, fire("a", 11), { until: 12, count: 1 });
      expect(await store.fires.prune(fire("a", 9).dueAt)).toBe(1);
      expect(dueOf(store)).toEqual(["a 12", "a 10", "a 9", "b 2", "b 1", "c 0"]);
      expect(await store.fires.prune(fire("a", 60).dueAt)).toBe(1);
      expect(dueOf(store)).toEqual(["a 12", "a 10", "b 2", "b 1", "c 0"]);
      expect(store.fires.last("writer", "c")).toMatchObject({ dueAt: fire("c", 0).dueAt });
      expect(await store.fires.prune(fire("a", 60).dueAt)).toBe(0);
    });
  });

  test("the bytes of outputs are those of the final jobs that are kept", async () => {
    const { store } = await open();
    expect(store.jobs.outputBytes()).toBe(0);
    const first = await run(store);
    await finish(store, first, 700);
    await finish(store, await run(store), 40);
    await done(store, { agentName: "other" });
    expect(store.jobs.outputBytes()).toBe(740);
    await store.jobs.prune({ perAgent: 1 });
    expect(store.jobs.outputBytes()).toBe(40);
  });

  test("the folder of a final job counts with its output", async () => {
    const { store } = await open();
    const first = await run(store);
    await store.jobs.park(first, { waitingFor: "retry", folderBytes: 5 });
    expect(store.jobs.outputBytes()).toBe(0);
    await store.jobs.requestCancel(first.id, "user");
    expect(store.jobs.outputBytes()).toBe(5);
    await store.jobs.prune({ perAgent: 0 });
    expect(store.jobs.outputBytes()).toBe(0);
  });
}

function fire(scheduleName: string, minute: number): FireKey {
  const dueAt = new Date(start + minute * 60_000).toISOString();
  return { agentName: "writer", scheduleName, dueAt };
}

async function cover(
  store: StateStore,
  key: FireKey,
  range: { readonly until: number; readonly count: number; readonly fate?: "missed" | "skipped" },
): Promise<void> {
  const { until, count, fate = "missed" } = range;
  const { dueAt } = fire(key.scheduleName, until);
  await store.fires.cover({ ...key, until: dueAt, count, fate, reason: "daemon_down" });
}

function dueOf(store: StateStore): string[] {
  return store.fires
    .list({ agentName: "writer" })
    .fires.map(({ scheduleName, dueAt, until }) => ({
      scheduleName,
      minute: (Date.parse(until ?? dueAt) - start) / 60_000,
    }))
    .toSorted((a, b) => a.scheduleName.localeCompare(b.scheduleName) || b.minute - a.minute)
    .map(({ scheduleName, minute }) => `${scheduleName} ${minute}`);
}

async function finish(
  store: StateStore,
  hold: { readonly id: string; readonly fence: number },
  bytes: number,
): Promise<void> {
  await store.jobs.finish(hold, {
    status: "completed",
    exitReason: "success",
    output: { bytes, lines: 1 },
  });
}
