import { describe, expect, test } from "vitest";
import type { FireClaim, FireKey, StateStore } from "../../../src/state/store.ts";
import { type OpenStore, newJob, run, start } from "./setup.ts";

const owner = "node-1";
const gate = { fate: "skipped", reason: "gate" } as const;

export function describeFires(open: OpenStore): void {
  describe("fires", () => {
    describe("claims", () => {
      test("an instant is claimed once, however many ask", async () => {
        const { store } = await open();
        const keys = [fireAt(0), fireAt(10), fireAt(0, "other")];
        const claims = await Promise.all([
          store.fires.claim(keys, owner),
          store.fires.claim(keys, "node-2"),
        ]);
        expect(claims).toEqual([keys.map((key) => ({ ...key, fence: 1 })), []]);
        expect(store.fires.last("writer", "nightly")).toEqual({
          ...fireAt(10),
          fate: "deciding",
          count: 1,
        });
        expect(store.fires.undecided()).toEqual([
          { ...fireAt(0), fence: 1, owner },
          { ...fireAt(0, "other"), fence: 1, owner },
          { ...fireAt(10), fence: 1, owner },
        ]);
      });

      test("one that is taken over is decided by the new owner only", async () => {
        const { store } = await open();
        const first = await claimed(store, 0);
        const second = await store.fires.takeOver(first, "node-2");
        expect(second).toEqual({ ...fireAt(0), fence: 2 });
        expect(await store.fires.takeOver(first, "node-3")).toBeUndefined();
        expect(await store.jobs.enqueue(newJob(), { fire: first })).toBeUndefined();
        expect(await store.fires.resolve(first, gate)).toBe(false);
        expect(await store.fires.resolve(second ?? first, gate)).toBe(true);
        expect(await store.fires.takeOver(second ?? first, "node-3")).toBeUndefined();
        expect(store.fires.undecided()).toEqual([]);
      });

      test("one that is handed back has no owner", async () => {
        const { store } = await open();
        const first = await claimed(store, 0);
        await store.fires.release(first);
        expect(store.fires.undecided()).toEqual([{ ...fireAt(0), fence: 2 }]);
        expect(await store.fires.resolve(first, gate)).toBe(false);
      });

      test("an instant comes again in a later era", async () => {
        const { store } = await open();
        await store.fires.resolve(await claimed(store, 0), gate);
        const again = { ...fireAt(0), era: 1 };
        expect(await store.fires.claim([again], owner)).toEqual([{ ...again, fence: 1 }]);
        expect(await store.fires.claim([fireAt(0)], owner)).toEqual([]);
        expect(store.fires.last("writer", "nightly")).toMatchObject({ era: 1 });
      });
    });

    describe("fates", () => {
      test("a claimed instant gets its job in one transaction, and only one", async () => {
        const { store } = await open();
        const fire = await claimed(store, 0);
        const [one, two] = await Promise.all([
          store.jobs.enqueue(newJob(), { fire: { ...fire, gateValue: "seen" } }),
          store.jobs.enqueue(newJob(), { fire }),
        ]);
        expect(two).toBeUndefined();
        expect(store.fires.last("writer", "nightly")).toMatchObject({
          fate: "fired",
          jobId: one?.id,
        });
        expect(store.jobs.list({}).jobs).toHaveLength(1);
        expect(store.schedules.get("writer", "nightly")).toEqual({
          agentName: "writer",
          scheduleName: "nightly",
          enabled: true,
          lastFireAt: fire.dueAt,
          lastJobId: one?.id,
          gateValue: "seen",
        });
        expect(await store.fires.resolve(fire, gate)).toBe(false);
      });

      test("an instant that nobody claimed gets no job", async () => {
        const { store } = await open();
        const fire = { ...fireAt(0), fence: 1 };
        expect(await store.jobs.enqueue(newJob(), { fire })).toBeUndefined();
        expect(store.jobs.list({}).jobs).toEqual([]);
      });

      test("an instant that is open to all gets its row with its fate, once", async () => {
        const { store } = await open();
        const [first, second, third] = [fireAt(0), fireAt(10), fireAt(20)];
        const [one, two] = await Promise.all([
          store.jobs.enqueue(newJob(), { fire: { ...first, gateValue: "seen" } }),
          store.jobs.enqueue(newJob(), { fire: first }),
        ]);
        expect(two).toBeUndefined();
        expect(await store.fires.resolve(first, gate)).toBe(false);
        expect(await store.fires.claim([first], owner)).toEqual([]);
        expect(await store.fires.supersede(second, one?.id ?? "")).toBe(true);
        expect(await store.fires.supersede(second, one?.id ?? "")).toBe(false);
        expect(await store.fires.resolve(third, gate)).toBe(true);
        expect(await store.fires.resolve(third, gate)).toBe(false);
        expect(store.fires.list({}).fires).toMatchObject([
          { dueAt: third.dueAt, fate: "skipped", reason: "gate" },
          { dueAt: second.dueAt, fate: "fired", jobId: one?.id },
          { dueAt: first.dueAt, fate: "skipped", reason: "superseded" },
        ]);
        expect(store.schedules.get("writer", "nightly")).toMatchObject({
          lastFireAt: second.dueAt,
          gateValue: "seen",
        });
        expect(store.jobs.list({}).jobs).toHaveLength(1);
      });

      test("an instant that another process decides is not open any more", async () => {
        const { store } = await open();
        await claimed(store, 0);
        expect(await store.jobs.enqueue(newJob(), { fire: fireAt(0) })).toBeUndefined();
        expect(await store.fires.resolve(fireAt(0), gate)).toBe(false);
        expect(store.fires.undecided()).toHaveLength(1);
        expect(store.jobs.list({}).jobs).toEqual([]);
      });

      test("a refused job leaves its fire undecided", async () => {
        const { store } = await open();
        const fire = await claimed(store, 0);
        await run(store);
        expect(await store.jobs.enqueue(newJob(), { fire, limit: 1 })).toBeUndefined();
        const skip = { fate: "skipped", reason: "concurrency_limit" } as const;
        expect(await store.fires.resolve(fire, skip)).toBe(true);
        expect(await store.fires.resolve(fire, skip)).toBe(false);
        expect(store.fires.last("writer", "nightly")).toEqual({
          ...fireAt(0),
          ...skip,
          count: 1,
          decidedAt: "2026-03-01T12:00:00.000Z",
        });
      });

      test("a job that waits stands for a later instant, until it starts", async () => {
        const { store } = await open();
        const [first, second, third] = [
          await claimed(store, 0),
          await claimed(store, 10),
          await claimed(store, 20),
        ];
        const job = await store.jobs.enqueue(newJob(), { fire: first });
        const id = job?.id ?? "";
        expect(await store.fires.supersede(second, id)).toBe(true);
        expect(store.fires.list({}).fires).toMatchObject([
          { dueAt: third.dueAt, fate: "deciding" },
          { dueAt: second.dueAt, fate: "fired", jobId: id },
          { dueAt: first.dueAt, fate: "skipped", reason: "superseded", count: 1 },
        ]);
        expect(await store.fires.supersede(second, id)).toBe(false);
        await store.jobs.requestCancel(id, "user");
        expect(await store.fires.supersede(third, id)).toBe(false);
        expect(store.fires.last("writer", "nightly")).toMatchObject({ fate: "deciding" });
      });
    });

    describe("ranges", () => {
      test("neighbours of one fate and reason share a row that covers them all", async () => {
        const { store } = await open();
        const skip = { fate: "skipped", reason: "already_running" } as const;
        for (const seconds of [0, 10, 20])
          await store.fires.resolve(await claimed(store, seconds), skip);
        await store.fires.resolve(await claimed(store, 30), gate);
        expect(store.fires.list({ scheduleName: "nightly" }).fires).toMatchObject([
          { dueAt: fireAt(30).dueAt, reason: "gate", count: 1 },
          { dueAt: fireAt(0).dueAt, until: fireAt(20).dueAt, count: 3, ...skip },
        ]);
        expect(await store.fires.claim([fireAt(10), fireAt(20)], owner)).toEqual([]);
      });

      test("a covered range is claimed by nobody and covered once", async () => {
        const { store } = await open();
        const until = fireAt(50).dueAt;
        const range = { ...fireAt(0), until, count: 6, ...missed };
        const overlapping = { ...range, ...fireAt(40), until: fireAt(60).dueAt, count: 3 };
        expect(await store.fires.cover(range)).toBe(true);
        expect(await store.fires.cover(range)).toBe(false);
        expect(await store.fires.cover(overlapping)).toBe(false);
        expect(store.fires.list({}).fires).toMatchObject([{ until, count: 6, fate: "missed" }]);
        const keys = [fireAt(0), fireAt(30), fireAt(50), fireAt(60)];
        expect(await store.fires.claim(keys, owner)).toEqual([{ ...fireAt(60), fence: 1 }]);
      });

      test("those that follow each other become one", async () => {
        const { store } = await open();
        await store.fires.cover({ ...fireAt(0), until: fireAt(10).dueAt, count: 2, ...missed });
        await store.fires.cover({ ...fireAt(20), until: fireAt(20).dueAt, count: 1, ...missed });
        expect(store.fires.list({}).fires).toMatchObject([{ until: fireAt(20).dueAt, count: 3 }]);
      });
    });

    describe("lists", () => {
      test("are newest first, by agent and schedule, limited", async () => {
        const { store } = await open();
        await store.fires.claim([fireAt(0), fireAt(10), fireAt(5, "other")], owner);
        const due = (filter: Parameters<typeof store.fires.list>[0]): string[] =>
          store.fires.list(filter).fires.map(({ dueAt }) => dueAt);
        expect(due({})).toEqual([fireAt(10).dueAt, fireAt(5).dueAt, fireAt(0).dueAt]);
        expect(due({ scheduleName: "other" })).toEqual([fireAt(5).dueAt]);
        expect(due({ agentName: "nobody" })).toEqual([]);
        expect(due({ limit: 1 })).toEqual([fireAt(10).dueAt]);
        expect(store.fires.last("writer", "none")).toBeUndefined();
      });

      test("go on from a cursor without a gap or a repetition", async () => {
        const { store } = await open();
        const keys = ["a", "b", "c"].flatMap((name) => [fireAt(0, name), fireAt(10, name)]);
        await store.fires.claim(keys, owner);
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = store.fires.list({ limit: 2, ...(cursor !== undefined && { cursor }) });
          seen.push(...page.fires.map((fire) => `${fire.scheduleName} ${fire.dueAt}`));
          cursor = page.nextCursor;
        } while (cursor !== undefined);
        expect(seen).toHaveLength(6);
        expect(new Set(seen).size).toBe(6);
      });

      test.each(["nonsense", "W10", Buffer.from("[1,2,3,4]").toString("base64url")])(
        "refuse what is not a cursor: %s",
        async (cursor) => {
          const { store } = await open();
          expect(() => store.fires.list({ cursor })).toThrow(/is not a cursor/);
        },
      );
    });
  });

  describe("anchors of schedules", () => {
    test("are changed by the first of those who saw the same one", async () => {
      const { store } = await open();
      const names = { agentName: "writer", scheduleName: "nightly" };
      const [one, two] = await Promise.all([
        store.schedules.anchor({ ...names, anchor: "a-1", expression: "5m" }, undefined),
        store.schedules.anchor({ ...names, anchor: "a-2", expression: "5m" }, undefined),
      ]);
      expect(one).toEqual({ ...names, enabled: true, anchor: "a-1", expression: "5m" });
      expect(two).toEqual(one);
      const next = { ...names, anchor: "a-3", expression: "6m", era: 1 };
      expect(await store.schedules.anchor(next, one)).toMatchObject(next);
      expect(await store.schedules.anchor({ ...next, anchor: "a-4" }, one)).toMatchObject(next);
      expect(store.schedules.get("writer", "nightly")).toMatchObject(next);
    });
  });
}

const missed = { fate: "missed", reason: "daemon_down" } as const;

async function claimed(store: StateStore, seconds: number): Promise<FireClaim> {
  const [claim] = await store.fires.claim([fireAt(seconds)], owner);
  if (!claim) throw new Error("not claimed");
  return claim;
}

function fireAt(seconds: number, scheduleName = "nightly"): FireKey {
  const dueAt = new Date(start + seconds * 1_000).toISOString();
  return { agentName: "writer", scheduleName, dueAt };
}
