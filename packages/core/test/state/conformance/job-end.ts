import { describe, expect, test } from "vitest";
import { type OpenStore, done, enqueue, get, lease, run, session } from "./setup.ts";

export function describeOwner(open: OpenStore): void {
  describe("ownership", () => {
    test("only the owner of a running job changes it", async () => {
      const { store } = await open();
      const job = await run(store);
      expect(await store.jobs.update(job, { sessionId: "s-1" })).toBe(true);
      expect(await store.jobs.update({ id: job.id, fence: 0 }, { sessionId: "s-2" })).toBe(false);
      expect(await store.jobs.update({ id: "job-none", fence: 1 }, {})).toBe(false);
      expect(get(store, job.id).sessionId).toBe("s-1");
      await store.jobs.finish(job, { status: "failed", exitReason: "error" });
      expect(await store.jobs.update(job, { sessionId: "s-3" })).toBe(false);
    });

    test("of two processes that take over a job one gets it, and the old owner has lost", async () => {
      const { store } = await open();
      const job = await run(store);
      const [one, two] = await Promise.all([
        store.jobs.takeOver(job, { node: "node-2", leaseUntil: lease.leaseUntil }),
        store.jobs.takeOver(job, { node: "node-3", leaseUntil: lease.leaseUntil }),
      ]);
      expect(one).toMatchObject({ node: "node-2", fence: job.fence + 1, status: "running" });
      expect(two).toBeUndefined();
      expect(await store.jobs.update(job, { sessionId: "old" })).toBe(false);
      expect(await store.jobs.park(job, { waitingFor: "retry" })).toBe(false);
    });

    test("a node renews the leases of its own jobs only", async () => {
      const { store } = await open();
      const mine = await run(store);
      const other = await run(store);
      await store.jobs.takeOver(other, { node: "node-2", leaseUntil: lease.leaseUntil });
      await store.jobs.renewLeases("node-1", "2026-03-01T14:00:00.000Z");
      expect(get(store, mine.id).leaseUntil).toBe("2026-03-01T14:00:00.000Z");
      expect(get(store, other.id).leaseUntil).toBe(lease.leaseUntil);
    });
  });
}

export function describeLeave(open: OpenStore): void {
  describe("leave", () => {
    test("gives a running job up: it has no owner, and its old one cannot touch it", async () => {
      const { store } = await open();
      const job = await run(store);
      expect(await store.jobs.leave(job)).toBe(true);
      const left = get(store, job.id);
      expect(left).toMatchObject({ status: "running", attempt: job.attempt });
      expect(left).not.toHaveProperty("node");
      expect(await store.jobs.update(job, { summary: "late" })).toBe(false);
      expect(await store.jobs.leave(job)).toBe(false);
      const taken = await store.jobs.takeOver(left, { ...lease, node: "node-2" });
      expect(taken).toMatchObject({ node: "node-2", fence: left.fence + 1 });
    });
  });
}

export function describeFinish(open: OpenStore): void {
  describe("finish", () => {
    test("ends the job with its outcome, time and session at once", async () => {
      const { store, clock } = await open();
      const job = await run(store);
      clock.time += 5_000;
      const end = { status: "completed", exitReason: "success", summary: "all good" } as const;
      const ended = await store.jobs.finish(job, end, session({ jobId: job.id }));
      expect(ended).toBe(true);
      expect(get(store, job.id)).toMatchObject({ ...end, finishedAt: "2026-03-01T12:00:05.000Z" });
      expect(get(store, job.id)).not.toHaveProperty("leaseUntil");
      expect(store.sessions.current("writer", "agent")?.jobId).toBe(job.id);
      expect(store.jobs.live()).toEqual([]);
    });

    test("ends a job once", async () => {
      const { store } = await open();
      const job = await run(store);
      const both = await Promise.all([
        store.jobs.finish(job, { status: "failed", exitReason: "timeout" }),
        store.jobs.finish(job, { status: "completed", exitReason: "success" }),
      ]);
      expect(both).toEqual([true, false]);
      expect(get(store, job.id)).toMatchObject({ status: "failed", exitReason: "timeout" });
    });

    test("keeps the first late result of an owner that had lost the job", async () => {
      const { store } = await open();
      const job = await run(store);
      const taken = await store.jobs.takeOver(job, {
        node: "node-2",
        leaseUntil: lease.leaseUntil,
      });
      const late = { status: "completed", exitReason: "success", summary: "late" } as const;
      expect(await store.jobs.finish(job, late, session())).toBe(false);
      expect(await store.jobs.finish(job, { ...late, summary: "later" })).toBe(false);
      expect(get(store, job.id)).toMatchObject({ status: "running", lateResult: late });
      expect(store.sessions.current("writer", "agent")).toBeUndefined();
      if (!taken) throw new Error("not taken over");
      expect(await store.jobs.finish(taken, { status: "failed", exitReason: "interrupted" })).toBe(
        true,
      );
      expect(get(store, job.id)).toMatchObject({ exitReason: "interrupted", lateResult: late });
    });

    test.each([
      ["completed", "error"],
      ["failed", "success"],
      ["cancelled", "success"],
    ] as const)("refuses to end a job as %s with the reason %s", async (status, exitReason) => {
      const { store } = await open();
      const job = await run(store);
      const finishing = store.jobs.finish(job, { status, exitReason });
      await expect(finishing).rejects.toMatchObject({ code: "INVALID_REQUEST" });
      expect(get(store, job.id).status).toBe("running");
    });

    test("does not end what is queued or unknown", async () => {
      const { store } = await open();
      const queued = await enqueue(store);
      const end = { status: "failed", exitReason: "error" } as const;
      expect(await store.jobs.finish(queued, end)).toBe(false);
      expect(await store.jobs.finish({ id: "job-none", fence: 1 }, end)).toBe(false);
      expect(get(store, queued.id).status).toBe("queued");
    });
  });
}

export function describeCancel(open: OpenStore): void {
  describe("requestCancel", () => {
    test("ends what is queued at once", async () => {
      const { store } = await open();
      const { id } = await enqueue(store);
      expect(await store.jobs.requestCancel(id, "user")).toBe("cancelled");
      expect(get(store, id)).toMatchObject({
        status: "cancelled",
        exitReason: "cancelled",
        cancelCause: "user",
        finishedAt: "2026-03-01T12:00:00.000Z",
      });
      expect(store.jobs.queue()).toEqual([]);
    });

    test("ends what waits at once", async () => {
      const { store } = await open();
      const job = await run(store);
      await store.jobs.park(job, { waitingFor: "question" });
      expect(await store.jobs.requestCancel(job.id, "user")).toBe("cancelled");
      expect(get(store, job.id)).not.toHaveProperty("waitingFor");
      expect(await store.jobs.wake(job.id)).toBe(false);
    });

    test("marks what runs for its owner; the first cause wins", async () => {
      const { store } = await open();
      const job = await run(store);
      expect(await store.jobs.requestCancel(job.id, "timeout")).toBe("requested");
      expect(await store.jobs.requestCancel(job.id, "user")).toBe("requested");
      expect(get(store, job.id)).toMatchObject({ status: "running", cancelCause: "timeout" });
    });

    test("a job that parks after it was asked to end is cancelled, not forgotten", async () => {
      const { store } = await open();
      const job = await run(store);
      await store.jobs.requestCancel(job.id, "user");
      expect(await store.jobs.park(job, { waitingFor: "retry" })).toBe(true);
      expect(get(store, job.id)).toMatchObject({ status: "cancelled", cancelCause: "user" });
    });

    test("leaves final jobs alone and knows which do not exist", async () => {
      const { store } = await open();
      const job = await done(store);
      expect(await store.jobs.requestCancel(job.id, "user")).toBe("final");
      expect(get(store, job.id)).toEqual(job);
      expect(await store.jobs.requestCancel("job-none", "user")).toBe("missing");
    });

    test("tells jobs of a removed agent apart", async () => {
      const { store } = await open();
      const { id } = await enqueue(store);
      await store.jobs.requestCancel(id, "agent_removed");
      expect(get(store, id).exitReason).toBe("agent_removed");
    });
  });
}
