import { describe, expect, test } from "vitest";
import { type OpenStore, done, enqueue, ids, run, start } from "./setup.ts";

export function describeList(open: OpenStore): void {
  describe("list", () => {
    test("is newest first and pages without gap or repeat, also while jobs are added", async () => {
      const { store } = await open();
      const all: string[] = [];
      for (let index = 0; index < 7; index++) all.unshift((await enqueue(store)).id);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = store.jobs.list({ limit: 3, ...(cursor !== undefined && { cursor }) });
        seen.push(...ids(page.jobs));
        cursor = page.nextCursor;
        await enqueue(store);
      } while (cursor !== undefined);
      expect(seen).toEqual(all);
    });

    test("gives everything without a limit, and no cursor on the last page", async () => {
      const { store } = await open();
      expect(store.jobs.list({})).toEqual({ jobs: [] });
      await enqueue(store);
      await enqueue(store);
      expect(store.jobs.list({}).jobs).toHaveLength(2);
      expect(store.jobs.list({ limit: 2 })).not.toHaveProperty("nextCursor");
    });

    test("selects by agent, schedule, status and trigger", async () => {
      const { store } = await open();
      const running = await run(store, { scheduleName: "nightly", trigger: "schedule" });
      const queued = await enqueue(store, { agentName: "other" });
      const finished = await done(store);
      const list = (filter: Parameters<typeof store.jobs.list>[0]): string[] =>
        ids(store.jobs.list(filter).jobs);
      expect(list({ agentName: "other" })).toEqual([queued.id]);
      expect(list({ scheduleName: "nightly" })).toEqual([running.id]);
      expect(list({ trigger: "schedule" })).toEqual([running.id]);
      expect(list({ status: "queued" })).toEqual([queued.id]);
      expect(list({ status: ["completed", "running"] })).toEqual([finished.id, running.id]);
      expect(list({ status: ["completed", "running"], limit: 1 })).toEqual([finished.id]);
      expect(list({ status: [] })).toEqual([]);
      expect(list({ status: "completed", agentName: "other" })).toEqual([]);
    });

    test("selects by the time a job began, else was created", async () => {
      const { store, clock } = await open();
      const early = await run(store);
      clock.time += 60_000;
      const late = await enqueue(store);
      const between = new Date(start + 30_000).toISOString();
      expect(ids(store.jobs.list({ startedAfter: between }).jobs)).toEqual([late.id]);
      expect(ids(store.jobs.list({ startedBefore: between }).jobs)).toEqual([early.id]);
    });

    test("selects by a part of prompt, summary or error, taken literally", async () => {
      const { store } = await open();
      const prompt = await enqueue(store, { prompt: "raise coverage to 100%" });
      const failed = await run(store);
      await store.jobs.finish(failed, {
        status: "failed",
        exitReason: "error",
        summary: "gave up_here",
        error: { message: "disk \\ full" },
      });
      const find = (text: string): string[] => ids(store.jobs.list({ text }).jobs);
      expect(find("100%")).toEqual([prompt.id]);
      expect(find("0%t")).toEqual([]);
      expect(find("UP_h")).toEqual([failed.id]);
      expect(find("upxh")).toEqual([]);
      expect(find("\\ full")).toEqual([failed.id]);
    });

    test("refuses a cursor or a time that is none", async () => {
      const { store } = await open();
      expect(() => store.jobs.list({ cursor: "x" })).toThrow(/cursor/);
      expect(() => store.jobs.list({ startedAfter: "noon" })).toThrow(/ISO/);
    });

    test("live jobs are those that are not final, in the order of their creation", async () => {
      const { store } = await open();
      const waiting = await run(store);
      await done(store);
      const queued = await enqueue(store, { priority: 9 });
      await store.jobs.park(waiting, { waitingFor: "window" });
      expect(ids(store.jobs.live())).toEqual([waiting.id, queued.id]);
    });

    test("totals follow every move", async () => {
      const { store } = await open();
      await enqueue(store);
      await done(store);
      await run(store, { agentName: "other" });
      const totals = store.jobs.totals().toSorted((a, b) => (a.status < b.status ? -1 : 1));
      expect(totals).toEqual([
        { agentName: "writer", status: "completed", count: 1 },
        { agentName: "writer", status: "queued", count: 1 },
        { agentName: "other", status: "running", count: 1 },
      ]);
      expect(store.jobs.totals("other")).toEqual([
        { agentName: "other", status: "running", count: 1 },
      ]);
      expect(store.jobs.totals("nobody")).toEqual([]);
    });
  });
}

export function describePrune(open: OpenStore): void {
  describe("prune", () => {
    test("removes the oldest final jobs of each agent, never live ones", async () => {
      const { store } = await open();
      const running = await run(store);
      const old = [await done(store), await done(store)];
      const kept = [await done(store), await done(store)];
      const other = await done(store, { agentName: "other" });
      expect(await store.jobs.prune({ perAgent: 2 })).toEqual(ids(old));
      expect(ids(store.jobs.list({}).jobs).toSorted()).toEqual(
        ids([running, ...kept, other]).toSorted(),
      );
      expect(await store.jobs.prune({ perAgent: 2 })).toEqual([]);
    });

    test("honours a total over all agents, in slices", async () => {
      const { store } = await open();
      const jobs: string[] = [];
      for (const agentName of ["a", "b", "c", "d"])
        jobs.push((await done(store, { agentName })).id);
      expect(await store.jobs.prune({ perAgent: 9, total: 1, max: 2 })).toEqual(jobs.slice(0, 2));
      expect(await store.jobs.prune({ perAgent: 9, total: 1, max: 2 })).toEqual(jobs.slice(2, 3));
      expect(store.jobs.totals()).toEqual([{ agentName: "d", status: "completed", count: 1 }]);
    });

    test("never gives the place of a removed job to another", async () => {
      const { store } = await open();
      const old = await done(store);
      await store.jobs.prune({ perAgent: 0 });
      expect((await enqueue(store)).queueSeq).toBeGreaterThan(old.queueSeq);
    });
  });
}
