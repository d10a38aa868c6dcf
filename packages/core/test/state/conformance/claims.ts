import { describe, expect, test } from "vitest";
import type { JobHold, StateStore } from "../../../src/state/store.ts";
import { lease, type OpenStore, run } from "./setup.ts";

const source = {
  type: "folder",
  path: "/tasks",
  pattern: "*",
  done: "done",
  failed: "failed",
  maxAttempts: 3,
} as const;

const item = (key: string) => ({ key, itemId: `${key}.md`, source });

export function describeClaims(open: OpenStore): void {
  describe("claims", () => {
    test("of many jobs that want an item at once, one gets it", async () => {
      const { store } = await open();
      const jobs = await Promise.all(Array.from({ length: 5 }, () => run(store)));
      const taken = await Promise.all(jobs.map((job) => store.claims.claim(job, item("a"))));
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(store.claims.claimed()).toEqual(new Set(["a"]));
      const [owner] = jobs;
      if (!owner) throw new Error("no job");
      expect(store.claims.ofJob(owner.id)).toEqual({
        ...item("a"),
        jobId: owner.id,
        failures: 0,
      });
      expect(await store.claims.claim(owner, item("a"))).toBe(true);
    });

    test("a job holds one item", async () => {
      const { store } = await open();
      const job = await run(store);
      expect(await store.claims.claim(job, item("a"))).toBe(true);
      expect(await store.claims.claim(job, item("b"))).toBe(false);
      expect(store.claims.claimed()).toEqual(new Set(["a"]));
    });

    test("an owner that lost its job takes nothing", async () => {
      const { store } = await open();
      const job = await run(store);
      await store.jobs.takeOver(job, { ...lease, node: "node-2" });
      expect(await store.claims.claim(job, item("a"))).toBe(false);
    });

    test("a claim outlives its job until it is settled, by whoever comes first", async () => {
      const { store } = await open();
      const [job, next] = [await run(store), await run(store)];
      await store.claims.claim(job, item("a"));
      expect(store.claims.ended()).toEqual([]);
      await fail(store, job);
      const [ended] = store.claims.ended();
      expect(ended).toMatchObject({ key: "a", jobId: job.id });
      expect(await store.claims.claim(next, item("a"))).toBe(false);
      expect(await store.claims.settle({ key: "a", jobId: job.id }, 1)).toBe(true);
      expect(await store.claims.settle({ key: "a", jobId: job.id }, 2)).toBe(false);
      expect(store.claims.ended()).toEqual([]);
      expect(store.claims.ofJob(job.id)).toBeUndefined();

      expect(await store.claims.claim(next, item("a"))).toBe(true);
      expect(store.claims.ofJob(next.id)?.failures).toBe(1);
      expect(await store.claims.settle({ key: "a", jobId: next.id }, 0)).toBe(true);
      const last = await run(store);
      await store.claims.claim(last, item("a"));
      expect(store.claims.ofJob(last.id)?.failures).toBe(0);
    });

    test("a claim of a job that history has forgotten is one of an ended job", async () => {
      const { store } = await open();
      const job = await run(store);
      await store.claims.claim(job, item("a"));
      await fail(store, job);
      await store.jobs.prune({ perAgent: 0 });
      expect(store.claims.ended()).toMatchObject([{ key: "a", jobId: job.id }]);
    });

    test("a job that waits keeps its item", async () => {
      const { store } = await open();
      const [job, rival] = [await run(store), await run(store)];
      await store.claims.claim(job, item("a"));
      await store.jobs.park(job, { waitingFor: "retry" });
      expect(store.claims.ended()).toEqual([]);
      expect(await store.claims.claim(rival, item("a"))).toBe(false);
      await store.jobs.requestCancel(job.id, "user");
      expect(store.claims.ended()).toMatchObject([{ key: "a" }]);
    });
  });
}

async function fail(store: StateStore, job: JobHold): Promise<void> {
  await store.jobs.finish(job, { status: "failed", exitReason: "error" });
}
