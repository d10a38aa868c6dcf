import { describe, expect, test } from "vitest";
import type { JobRecord } from "../../../src/state/job-record.ts";
import { type OpenStore, enqueue, get, ids, lease, newJob, run } from "./setup.ts";

export function describeEnqueue(open: OpenStore): void {
  describe("enqueue", () => {
    test("stores the job as queued with its creation time and place", async () => {
      const { store } = await open();
      const job = newJob({ scheduleName: "nightly", session: { mode: "resume", from: "s-1" } });
      const record = await store.jobs.enqueue(job);
      expect(record).toEqual({
        ...job,
        status: "queued",
        attempt: 0,
        fence: 0,
        queueSeq: expect.any(Number),
        createdAt: "2026-03-01T12:00:00.000Z",
      });
      expect(store.jobs.get(job.id)).toEqual(record);
    });

    test("keeps every character of a prompt", async () => {
      const { store } = await open();
      const prompt = "Grüße 🐑\u2028'\"\\ \u0000 \n% _";
      const { id } = await enqueue(store, { prompt });
      expect(get(store, id).prompt).toBe(prompt);
    });

    test("refuses an id that exists and keeps the first job", async () => {
      const { store } = await open();
      const job = await enqueue(store, { prompt: "first" });
      await expect(store.jobs.enqueue(newJob({ id: job.id }))).rejects.toMatchObject({
        code: "INVALID_REQUEST",
      });
      expect(get(store, job.id).prompt).toBe("first");
    });

    test("with a limit, counts what runs and what is queued, but not what waits", async () => {
      const { store } = await open();
      const limited = (limit: number): Promise<JobRecord | undefined> =>
        store.jobs.enqueue(newJob(), { limit });
      const waiting = await run(store);
      await store.jobs.park(waiting, { waitingFor: "approval" });
      await run(store);
      expect(await limited(1)).toBeUndefined();
      expect(await limited(2)).toBeDefined();
      expect(await limited(2)).toBeUndefined();
      expect(await store.jobs.enqueue(newJob({ agentName: "other" }), { limit: 1 })).toBeDefined();
    });

    test("of two simultaneous requests for the last place one is refused", async () => {
      const { store } = await open();
      const both = [newJob(), newJob()].map((job) => store.jobs.enqueue(job, { limit: 1 }));
      const stored = (await Promise.all(both)).filter((job) => job !== undefined);
      expect(stored).toHaveLength(1);
    });

    test("finds ids by prefix, oldest first, and the latest", async () => {
      const { store } = await open();
      expect(store.jobs.latestId()).toBeUndefined();
      const first = await enqueue(store, { id: "job-aaaa1" });
      const second = await enqueue(store, { id: "job-aaaa2" });
      await enqueue(store, { id: "job-bbbb1" });
      expect(store.jobs.idsWithPrefix("job-aaaa", 10)).toEqual([first.id, second.id]);
      expect(store.jobs.idsWithPrefix("job-aaaa", 1)).toEqual([first.id]);
      expect(store.jobs.idsWithPrefix("job-c", 10)).toEqual([]);
      expect(store.jobs.latestId()).toBe("job-bbbb1");
    });
  });
}

export function describeAdmit(open: OpenStore): void {
  describe("admit", () => {
    test("starts the first attempt under a new fence, with owner and lease", async () => {
      const { store } = await open();
      const { id } = await enqueue(store);
      const [job] = await store.jobs.admit({ ...lease, perAgent: { writer: 1 } });
      expect(job).toMatchObject({ id, status: "running", attempt: 1, fence: 1, ...lease });
      expect(job?.startedAt).toBe("2026-03-01T12:00:00.000Z");
      expect(get(store, id)).toEqual(job);
    });

    test("goes by priority, then by age", async () => {
      const { store } = await open();
      const low = await enqueue(store, { priority: -1 });
      const first = await enqueue(store);
      const second = await enqueue(store);
      const high = await enqueue(store, { priority: 5 });
      const order = [high.id, first.id, second.id, low.id];
      expect(ids(store.jobs.queue())).toEqual(order);
      expect(ids(await store.jobs.admit({ ...lease, perAgent: { writer: 9 } }))).toEqual(order);
    });

    test("passes over agents at their limit and agents that are not listed", async () => {
      const { store } = await open();
      await run(store);
      const blocked = await enqueue(store, { priority: 9 });
      const unknown = await enqueue(store, { agentName: "removed" });
      const free = await enqueue(store, { agentName: "other" });
      const perAgent = { writer: 1, other: 1 };
      expect(ids(await store.jobs.admit({ ...lease, perAgent }))).toEqual([free.id]);
      expect(ids(store.jobs.queue())).toEqual([blocked.id, unknown.id]);
    });

    test("honours the limits over all agents and at once", async () => {
      const { store } = await open();
      for (const agentName of ["a", "b", "c", "d"]) await enqueue(store, { agentName });
      const perAgent = { a: 1, b: 1, c: 1, d: 1 };
      expect(await store.jobs.admit({ ...lease, perAgent, fleetWide: 3, max: 1 })).toHaveLength(1);
      expect(await store.jobs.admit({ ...lease, perAgent, fleetWide: 3 })).toHaveLength(2);
      expect(await store.jobs.admit({ ...lease, perAgent, fleetWide: 3 })).toHaveLength(0);
    });

    test("with `only`, leaves other jobs alone and still honours limits", async () => {
      const { store } = await open();
      const other = await enqueue(store);
      const own = await enqueue(store);
      const request = { ...lease, perAgent: { writer: 1 }, only: [own.id, "job-unknown"] };
      expect(ids(await store.jobs.admit(request))).toEqual([own.id]);
      expect(await store.jobs.admit({ ...request, only: [other.id] })).toEqual([]);
    });

    test("leaves a conversation's job to the process that has its other end", async () => {
      const { store } = await open();
      const conversation = { key: "thread", node: lease.node };
      const reserved = await enqueue(store, { trigger: "chat", conversation });
      const free = await enqueue(store);
      const request = { ...lease, perAgent: { writer: 2 } };
      expect(ids(await store.jobs.admit(request))).toEqual([free.id]);
      const conversations = [reserved.id, "job-unknown"];
      expect(
        await store.jobs.admit({ ...request, perAgent: { writer: 1 }, conversations }),
      ).toEqual([]);
      expect(ids(await store.jobs.admit({ ...request, conversations }))).toEqual([reserved.id]);
    });

    test("simultaneous requests admit no job twice and exceed no limit", async () => {
      const { store } = await open();
      for (let index = 0; index < 20; index++) await enqueue(store);
      const requests = Array.from({ length: 10 }, () =>
        store.jobs.admit({ ...lease, perAgent: { writer: 7 }, max: 2 }),
      );
      const admitted = (await Promise.all(requests)).flatMap(ids);
      expect(new Set(admitted).size).toBe(7);
      expect(admitted).toHaveLength(7);
    });

    test("no two running jobs of an agent have the same place, and one that ended frees its own", async () => {
      const { store } = await open();
      const admit = async (max: number): Promise<readonly JobRecord[]> =>
        store.jobs.admit({ ...lease, perAgent: { writer: 3, other: 3 }, max });
      for (let index = 0; index < 6; index++) await enqueue(store);
      await enqueue(store, { agentName: "other" });
      const [first, second] = await admit(2);
      const [third, other] = await admit(9);
      const places = [first, second, third, other].map((job) => job?.slot);
      expect(places).toEqual([1, 2, 3, 1]);
      if (!first || !second) throw new Error("not admitted");
      const parked = { waitingFor: "retry", wakeAt: lease.leaseUntil } as const;
      await store.jobs.park(second, parked);
      expect(get(store, second.id)).not.toHaveProperty("slot");
      await store.jobs.finish(first, { status: "completed", exitReason: "success" });
      expect(get(store, first.id)).not.toHaveProperty("slot");
      expect((await admit(9)).map(({ slot }) => slot)).toEqual([1, 2]);
    });

    test("a job that waited keeps its place before younger ones", async () => {
      const { store } = await open();
      const parked = await run(store);
      const younger = await enqueue(store);
      await store.jobs.park(parked, { waitingFor: "retry", wakeAt: "2026-03-01T12:05:00.000Z" });
      expect(get(store, parked.id)).toMatchObject({ status: "waiting", waitingFor: "retry" });
      expect(get(store, parked.id).leaseUntil).toBeUndefined();
      expect(await store.jobs.wake(parked.id)).toBe(true);
      expect(await store.jobs.wake(parked.id)).toBe(false);
      expect(ids(store.jobs.queue())).toEqual([parked.id, younger.id]);
      const [again] = await store.jobs.admit({ ...lease, perAgent: { writer: 1 } });
      expect(again).toMatchObject({ id: parked.id, attempt: 2, fence: 2 });
      expect(again).not.toHaveProperty("waitingFor");
      expect(again).not.toHaveProperty("wakeAt");
      expect(again?.startedAt).toBe(parked.startedAt);
    });
  });
}
