import { describe, expect, test } from "vitest";
import type { FireKey } from "../../../src/state/store.ts";
import { type OpenStore, newJob, run, start } from "./setup.ts";

export function describeFires(open: OpenStore): void {
  describe("fires", () => {
    test("an instant is claimed once, however many ask", async () => {
      const { store } = await open();
      const keys = [fireAt(0), fireAt(10), fireAt(0, "other")];
      const claims = await Promise.all([store.fires.claim(keys), store.fires.claim(keys)]);
      expect(claims).toEqual([keys, []]);
      expect(store.fires.last("writer", "nightly")).toEqual({
        ...fireAt(10),
        fate: "deciding",
        count: 1,
      });
    });

    test("a claimed instant gets its job in one transaction, and only one", async () => {
      const { store } = await open();
      await store.fires.claim([fireAt(0)]);
      const [one, two] = await Promise.all([
        store.jobs.enqueue(newJob(), { fire: fireAt(0) }),
        store.jobs.enqueue(newJob(), { fire: fireAt(0) }),
      ]);
      expect(two).toBeUndefined();
      expect(store.fires.last("writer", "nightly")).toMatchObject({
        fate: "fired",
        jobId: one?.id,
      });
      expect(store.jobs.list({}).jobs).toHaveLength(1);
      expect(await store.fires.resolve(fireAt(0), { fate: "skipped", reason: "gate" })).toBe(false);
    });

    test("an instant that nobody claimed gets row and job together", async () => {
      const { store } = await open();
      const job = await store.jobs.enqueue(newJob(), { fire: fireAt(0) });
      expect(store.fires.list({})).toMatchObject([{ fate: "fired", jobId: job?.id, count: 1 }]);
    });

    test("a refused job leaves its fire undecided", async () => {
      const { store } = await open();
      await store.fires.claim([fireAt(0)]);
      await run(store);
      expect(await store.jobs.enqueue(newJob(), { fire: fireAt(0), limit: 1 })).toBeUndefined();
      const skip = { fate: "skipped", reason: "concurrency_limit" } as const;
      expect(await store.fires.resolve(fireAt(0), skip)).toBe(true);
      expect(await store.fires.resolve(fireAt(0), skip)).toBe(false);
      expect(store.fires.last("writer", "nightly")).toEqual({
        ...fireAt(0),
        ...skip,
        count: 1,
        decidedAt: "2026-03-01T12:00:00.000Z",
      });
    });

    test("neighbours of one fate and reason share a row that covers them all", async () => {
      const { store } = await open();
      const skip = { fate: "skipped", reason: "already_running" } as const;
      for (const seconds of [0, 10, 20]) {
        await store.fires.claim([fireAt(seconds)]);
        await store.fires.resolve(fireAt(seconds), skip);
      }
      await store.fires.claim([fireAt(30)]);
      await store.fires.resolve(fireAt(30), { fate: "skipped", reason: "gate" });
      expect(store.fires.list({ scheduleName: "nightly" })).toMatchObject([
        { dueAt: fireAt(30).dueAt, reason: "gate", count: 1 },
        { dueAt: fireAt(0).dueAt, until: fireAt(20).dueAt, count: 3, ...skip },
      ]);
      expect(await store.fires.claim([fireAt(10), fireAt(20)])).toEqual([]);
    });

    test("a covered range is claimed by nobody and covered once", async () => {
      const { store } = await open();
      const until = fireAt(50).dueAt;
      const range = {
        ...fireAt(0),
        until,
        count: 6,
        fate: "missed",
        reason: "daemon_down",
      } as const;
      await store.fires.cover(range);
      await store.fires.cover(range);
      await store.fires.cover({ ...range, ...fireAt(40), until: fireAt(60).dueAt, count: 3 });
      expect(store.fires.list({})).toMatchObject([{ until, count: 6, fate: "missed" }]);
      expect(await store.fires.claim([fireAt(0), fireAt(30), fireAt(50), fireAt(60)])).toEqual([
        fireAt(60),
      ]);
    });

    test("ranges that follow each other become one", async () => {
      const { store } = await open();
      const missed = { fate: "missed", reason: "daemon_down" } as const;
      await store.fires.cover({ ...fireAt(0), until: fireAt(10).dueAt, count: 2, ...missed });
      await store.fires.cover({ ...fireAt(20), until: fireAt(20).dueAt, count: 1, ...missed });
      expect(store.fires.list({})).toMatchObject([{ until: fireAt(20).dueAt, count: 3 }]);
    });

    test("lists newest first, by agent and schedule, limited", async () => {
      const { store } = await open();
      await store.fires.claim([fireAt(0), fireAt(10), fireAt(5, "other")]);
      const due = (filter: Parameters<typeof store.fires.list>[0]): string[] =>
        store.fires.list(filter).map(({ dueAt }) => dueAt);
      expect(due({})).toEqual([fireAt(10).dueAt, fireAt(5).dueAt, fireAt(0).dueAt]);
      expect(due({ scheduleName: "other" })).toEqual([fireAt(5).dueAt]);
      expect(due({ agentName: "nobody" })).toEqual([]);
      expect(due({ limit: 1 })).toEqual([fireAt(10).dueAt]);
      expect(store.fires.last("writer", "none")).toBeUndefined();
    });
  });
}

function fireAt(seconds: number, scheduleName = "nightly"): FireKey {
  const dueAt = new Date(start + seconds * 1_000).toISOString();
  return { agentName: "writer", scheduleName, dueAt };
}
