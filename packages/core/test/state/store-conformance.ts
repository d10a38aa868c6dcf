import { describe, expect, test } from "vitest";
import type { JobRecord } from "../../src/state/job-record.ts";
import type { FireKey, JobHold, NewJob, SessionRecord, StateStore } from "../../src/state/store.ts";

/** A store under test, with a clock that stands still until it is moved. */
export interface OpenedStore {
  readonly store: StateStore;
  readonly clock: { time: number };
}

export const start: number = Date.parse("2026-03-01T12:00:00.000Z");
export const lease = { node: "node-1", leaseUntil: "2026-03-01T13:00:00.000Z" } as const;

let lastId = 0;

/** A job to enqueue; ids increase. */
export function newJob(fields: Partial<NewJob> = {}): NewJob {
  lastId += 1;
  return {
    id: `job-${String(lastId).padStart(16, "0")}`,
    agentName: "writer",
    trigger: "manual",
    prompt: "do it",
    priority: 0,
    runtime: "sdk",
    workingDirectory: "/work",
    ...fields,
  };
}

async function enqueue(store: StateStore, fields: Partial<NewJob> = {}): Promise<JobRecord> {
  const record = await store.jobs.enqueue(newJob(fields));
  if (!record) throw new Error("refused");
  return record;
}

async function run(store: StateStore, fields: Partial<NewJob> = {}): Promise<JobRecord> {
  const { id, agentName } = await enqueue(store, fields);
  const [job] = await store.jobs.admit({ ...lease, perAgent: { [agentName]: 1_000 }, only: [id] });
  if (!job) throw new Error("not admitted");
  return job;
}

async function done(store: StateStore, fields: Partial<NewJob> = {}): Promise<JobRecord> {
  const job = await run(store, fields);
  await store.jobs.finish(job, { status: "completed", exitReason: "success" });
  return get(store, job.id);
}

function get(store: StateStore, id: string): JobRecord {
  const job = store.jobs.get(id);
  if (!job) throw new Error(`no job ${id}`);
  return job;
}

const ids = (jobs: readonly JobRecord[]): string[] => jobs.map(({ id }) => id);

/** What every {@link StateStore} does, whatever it is built on. */
export function storeConformance(name: string, open: () => Promise<OpenedStore>): void {
  describe(name, () => {
    describeEnqueue(open);
    describeAdmit(open);
    describeOwner(open);
    describeFinish(open);
    describeCancel(open);
    describeList(open);
    describePrune(open);
    describeFires(open);
    describeSchedules(open);
    describeSessions(open);
    describeWhole(open);
  });
}

type Open = () => Promise<OpenedStore>;

function describeEnqueue(open: Open): void {
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

function describeAdmit(open: Open): void {
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

function describeOwner(open: Open): void {
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

function describeFinish(open: Open): void {
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

function describeCancel(open: Open): void {
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

function describeList(open: Open): void {
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
    });
  });
}

function describePrune(open: Open): void {
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

function fireAt(seconds: number, scheduleName = "nightly"): FireKey {
  const dueAt = new Date(start + seconds * 1_000).toISOString();
  return { agentName: "writer", scheduleName, dueAt };
}

function describeFires(open: Open): void {
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

function describeSchedules(open: Open): void {
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

function session(fields: Partial<SessionRecord> = {}): SessionRecord {
  return {
    sessionId: "s-1",
    agentName: "writer",
    scope: "agent",
    runtime: "sdk",
    container: false,
    workingDirectory: "/work",
    jobId: "job-1",
    createdAt: "2026-03-01T12:00:00.000Z",
    lastUsedAt: "2026-03-01T12:00:00.000Z",
    ...fields,
  };
}

function describeSessions(open: Open): void {
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
      await store.sessions.release("s-1", two);
      expect(await store.sessions.lease("s-1", two)).toBe(false);
      await store.sessions.release("s-1", one);
      expect(await store.sessions.lease("s-1", two)).toBe(true);
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

    test("an owner that lost its job can neither take nor free a session", async () => {
      const { store } = await open();
      const [job, rival] = [await run(store), await run(store)];
      const taken = await store.jobs.takeOver(job, {
        node: "node-2",
        leaseUntil: lease.leaseUntil,
      });
      if (!taken) throw new Error("not taken over");
      expect(await store.sessions.lease("s-1", job)).toBe(false);
      expect(await store.sessions.lease("s-1", taken)).toBe(true);
      await store.sessions.release("s-1", job);
      expect(await store.sessions.lease("s-1", rival)).toBe(false);
    });
  });
}

function describeWhole(open: Open): void {
  describe("as a whole", () => {
    test("its version changes with every commit and with nothing else", async () => {
      const { store } = await open();
      const before = store.dataVersion();
      store.jobs.list({});
      expect(store.dataVersion()).toBe(before);
      await enqueue(store);
      const after = store.dataVersion();
      expect(after).not.toBe(before);
      await enqueue(store);
      expect(store.dataVersion()).not.toBe(after);
    });

    test("a command that fails undoes nothing of its neighbours", async () => {
      const { store } = await open();
      const first = newJob();
      const results = await Promise.allSettled([
        store.jobs.enqueue(first),
        store.jobs.enqueue({ ...newJob(), id: first.id }),
        store.jobs.enqueue(newJob()),
      ]);
      expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect(store.jobs.list({}).jobs).toHaveLength(2);
    });

    test("closing waits for what was asked and refuses what comes after", async () => {
      const { store } = await open();
      const pending = store.jobs.enqueue(newJob());
      await store.close();
      expect(await pending).toBeDefined();
      await expect(store.jobs.enqueue(newJob())).rejects.toMatchObject({ code: "INVALID_STATE" });
    });
  });
}
