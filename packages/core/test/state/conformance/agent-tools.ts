import { describe, expect, test } from "vitest";
import { enqueue, get, newJob, type OpenStore, run, start } from "./setup.ts";

const later = (minutes: number): string => new Date(start + minutes * 60_000).toISOString();

export function describePlanned(open: OpenStore): void {
  describe("a job for later", () => {
    test("waits for its time, and is then queued like any other", async () => {
      const { store } = await open();
      const { job, replaced } = await store.jobs.enqueueLater(newJob(), later(5));
      expect(replaced).toBeUndefined();
      expect(job).toMatchObject({
        status: "waiting",
        waitingFor: "time",
        wakeAt: later(5),
        attempt: 0,
        fence: 0,
      });
      expect(store.jobs.queue()).toEqual([]);
      expect(store.jobs.totals()).toEqual([{ agentName: "writer", status: "waiting", count: 1 }]);
      expect(await store.jobs.wake(job.id)).toBe(true);
      const [queued] = store.jobs.queue();
      expect(queued).toMatchObject({ id: job.id, status: "queued" });
      expect(queued).not.toHaveProperty("wakeAt");
    });

    test("takes the place of one for the same agent and schedule only", async () => {
      const { store } = await open();
      const nightly = { scheduleName: "nightly" };
      const first = await store.jobs.enqueueLater(newJob(), later(5));
      const others = [
        await store.jobs.enqueueLater(newJob(nightly), later(5)),
        await store.jobs.enqueueLater(newJob({ agentName: "other" }), later(5)),
      ];
      const running = await run(store);
      await store.jobs.park(running, { waitingFor: "retry", wakeAt: later(1) });
      const second = await store.jobs.enqueueLater(newJob(), later(9));
      expect(second.replaced).toBe(first.job.id);
      expect(get(store, first.job.id)).toMatchObject({
        status: "cancelled",
        exitReason: "cancelled",
        cancelCause: "replaced",
      });
      for (const { job, replaced } of others) {
        expect(replaced).toBeUndefined();
        expect(get(store, job.id).status).toBe("waiting");
      }
      expect(get(store, running.id).waitingFor).toBe("retry");
    });

    test("is made once", async () => {
      const { store } = await open();
      const job = newJob();
      await store.jobs.enqueueLater(job, later(5));
      await store.jobs.wake(job.id);
      const again = await store.jobs.enqueueLater(job, later(9));
      expect(again).toEqual({ job: get(store, job.id) });
      expect(again.job.status).toBe("queued");
    });
  });
}

export function describeToolCalls(open: OpenStore): void {
  describe("tool calls", () => {
    test("are known to the next owner with what the first one noted", async () => {
      const { store } = await open();
      const job = await run(store);
      expect(await store.toolCalls.begin(job, "call-1", "job-a")).toEqual({ newJobId: "job-a" });
      const taken = await store.jobs.takeOver(job, {
        node: "node-2",
        leaseUntil: "2026-03-01T14:00:00.000Z",
      });
      if (!taken) throw new Error("not taken");
      expect(await store.toolCalls.begin(taken, "call-1", "job-b")).toEqual({ newJobId: "job-a" });
      await store.toolCalls.end(taken, "call-1", "Done.");
      expect(await store.toolCalls.begin(taken, "call-1", "job-c")).toEqual({
        newJobId: "job-a",
        answer: "Done.",
      });
      expect(await store.toolCalls.begin(taken, "call-2", "job-c")).toEqual({ newJobId: "job-c" });
    });

    test("begin only for who holds the job, and are forgotten with its end", async () => {
      const { store } = await open();
      const job = await run(store);
      await store.toolCalls.begin(job, "call-1", "job-a");
      const stale = { id: job.id, fence: job.fence - 1 };
      expect(await store.toolCalls.begin(stale, "call-1", "job-a")).toBeUndefined();
      await store.jobs.finish(job, { status: "completed", exitReason: "success" });
      expect(await store.toolCalls.begin(job, "call-1", "job-a")).toBeUndefined();
      const { id, fence } = await enqueue(store);
      expect(await store.toolCalls.begin({ id, fence }, "call-1", "job-a")).toBeUndefined();
    });
  });
}

export function describeMemory(open: OpenStore): void {
  describe("memory", () => {
    const entry = (key: string, text: string) => ({ key, text, updatedAt: later(0) });

    test("keeps one text for each key of an agent", async () => {
      const { store } = await open();
      expect(await store.memory.put("writer", entry("b", "one"), 9)).toBe(true);
      expect(await store.memory.put("writer", entry("a", "Über"), 9)).toBe(true);
      expect(await store.memory.put("writer", entry("b", "two"), 9)).toBe(true);
      expect(await store.memory.put("other", entry("b", "three"), 9)).toBe(true);
      expect(store.memory.get("writer", "b")).toEqual(entry("b", "two"));
      expect(store.memory.get("writer", "c")).toBeUndefined();
      expect(store.memory.list("writer")).toEqual([entry("a", "Über"), entry("b", "two")]);
      expect(store.memory.list("writer", "über").map(({ key }) => key)).toEqual(["a"]);
      expect(store.memory.list("writer", "B").map(({ key }) => key)).toEqual(["a", "b"]);
    });

    test("takes no more than so many, but always a new text for an old key", async () => {
      const { store } = await open();
      expect(await store.memory.put("writer", entry("a", "1"), 1)).toBe(true);
      expect(await store.memory.put("writer", entry("b", "1"), 1)).toBe(false);
      expect(await store.memory.put("writer", entry("a", "2"), 1)).toBe(true);
      expect(await store.memory.put("other", entry("b", "1"), 1)).toBe(true);
    });

    test("forgets one entry, or all of an agent", async () => {
      const { store } = await open();
      for (const key of ["a", "b", "c"]) await store.memory.put("writer", entry(key, "x"), 9);
      await store.memory.put("other", entry("a", "x"), 9);
      expect(await store.memory.forget("writer", "a")).toBe(1);
      expect(await store.memory.forget("writer", "a")).toBe(0);
      expect(await store.memory.forget("writer")).toBe(2);
      expect(store.memory.list("other")).toHaveLength(1);
    });
  });
}
