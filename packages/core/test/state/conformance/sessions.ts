import { describe, expect, test } from "vitest";
import type { JobHold, StateStore } from "../../../src/state/store.ts";
import { type OpenStore, lease, run, session } from "./setup.ts";

export function describeSchedules(open: OpenStore): void {
  describe("schedules", () => {
    test("a change keeps the other fields; a new record is enabled", async () => {
      const { store } = await open();
      const key = { agentName: "writer", scheduleName: "nightly" };
      expect(store.schedules.get("writer", "nightly")).toBeUndefined();
      await store.schedules.put({ ...key, anchor: "2026-03-01T12:00:00.000Z", expression: "5m" });
      await store.schedules.put({ ...key, enabled: false });
      expect(store.schedules.get("writer", "nightly")).toEqual({
        ...key,
        enabled: false,
        anchor: "2026-03-01T12:00:00.000Z",
        expression: "5m",
      });
      await store.schedules.put({ agentName: "a", scheduleName: "b" });
      expect(store.schedules.all().map(({ agentName }) => agentName)).toEqual(["a", "writer"]);
      expect(store.schedules.get("a", "b")?.enabled).toBe(true);
    });
  });
}

export function describeSessions(open: OpenStore): void {
  describe("sessions", () => {
    test("the last one saved continues its scope, whatever its times say", async () => {
      const { store } = await open();
      await store.sessions.save(session({ lastUsedAt: "2027-01-01T00:00:00.000Z" }));
      await store.sessions.save(session({ sessionId: "s-2" }));
      await store.sessions.save(session({ sessionId: "s-3", scope: "schedule:nightly" }));
      expect(store.sessions.current("writer", "agent")?.sessionId).toBe("s-2");
      await store.sessions.save(session({ jobId: "job-9" }));
      expect(store.sessions.current("writer", "agent")).toEqual(session({ jobId: "job-9" }));
      expect(store.sessions.get("s-3")?.scope).toBe("schedule:nightly");
      expect(store.sessions.list("writer").map(({ sessionId }) => sessionId)).toEqual([
        "s-1",
        "s-3",
        "s-2",
      ]);
      expect(store.sessions.get("none")).toBeUndefined();
      expect(store.sessions.current("other", "agent")).toBeUndefined();
    });

    test("one job at a time holds a session", async () => {
      const { store } = await open();
      const [one, two] = [await run(store), await run(store)];
      const leases = [one, two].map((job) => store.sessions.lease("s-1", job));
      expect(await Promise.all(leases)).toEqual([true, false]);
      expect(await store.sessions.lease("s-1", one)).toBe(true);
      expect(await store.sessions.lease("s-2", two)).toBe(true);
      expect(await store.sessions.lease("s-1", two)).toBe(false);
    });

    test.each([
      [
        "ends",
        async (store: StateStore, job: JobHold) => {
          await store.jobs.finish(job, { status: "failed", exitReason: "error" });
        },
      ],
      [
        "is cancelled while it waits",
        async (store: StateStore, job: JobHold) => {
          await store.jobs.park(job, { waitingFor: "approval" });
          await store.jobs.requestCancel(job.id, "user");
        },
      ],
    ] as const)("a session is free when its job %s", async (_title, end) => {
      const { store } = await open();
      const [one, two] = [await run(store), await run(store)];
      await store.sessions.lease("s-1", one);
      await end(store, one);
      expect(await store.sessions.lease("s-1", two)).toBe(true);
    });

    test("a job that waits keeps its session", async () => {
      const { store } = await open();
      const [one, two] = [await run(store), await run(store)];
      await store.sessions.lease("s-1", one);
      await store.jobs.park(one, { waitingFor: "approval" });
      expect(await store.sessions.lease("s-1", two)).toBe(false);
    });

    test("an owner that lost its job takes no session from its successor", async () => {
      const { store } = await open();
      const [job, rival] = [await run(store), await run(store)];
      const taken = await store.jobs.takeOver(job, {
        node: "node-2",
        leaseUntil: lease.leaseUntil,
      });
      if (!taken) throw new Error("not taken over");
      expect(await store.sessions.lease("s-1", job)).toBe(false);
      expect(await store.sessions.lease("s-1", taken)).toBe(true);
      expect(await store.sessions.lease("s-1", job)).toBe(false);
      expect(await store.sessions.lease("s-1", rival)).toBe(false);
    });
  });
}
