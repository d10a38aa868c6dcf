import { describe, expect, test } from "vitest";
import type { NewApproval } from "../../../src/state/approval-store.ts";
import type { JobRecord } from "../../../src/state/job-record.ts";
import { done, get, lease, type OpenStore, run, start } from "./setup.ts";

const at = (minutes: number): string => new Date(start + minutes * 60_000).toISOString();
let lastId = 0;

function approval(job: JobRecord, fields: Partial<NewApproval> = {}): NewApproval {
  lastId += 1;
  return {
    id: `ask-${String(lastId).padStart(16, "0")}`,
    jobId: job.id,
    agentName: job.agentName,
    kind: "approval",
    toolUseId: `call-${lastId}`,
    toolName: "Bash",
    input: { command: "git push" },
    createdAt: at(0),
    expiresAt: at(60),
    default: "deny",
    ...fields,
  };
}

const waitFor = ({ id, expiresAt }: NewApproval) =>
  ({ waitingFor: "approval", approvalId: id, wakeAt: expiresAt }) as const;

export function describeApprovals(open: OpenStore): void {
  describe("requests to a person", () => {
    test("are stored once for each call, and only of a job that is ours", async () => {
      const { store } = await open();
      const job = await run(store);
      const first = approval(job);
      expect(await store.approvals.request(job, first)).toBe(true);
      expect(await store.approvals.request(job, { ...first, id: "ask-again" })).toBe(false);
      expect(store.approvals.ofCall(job.id, first.toolUseId)).toEqual({
        ...first,
        status: "pending",
      });
      await store.jobs.takeOver(job, { ...lease, node: "node-2" });
      expect(await store.approvals.request(job, approval(job))).toBeUndefined();
      expect(store.approvals.idsWithPrefix(first.id.slice(0, -1), 9)).toEqual([first.id]);
      expect(store.approvals.get("ask-again")).toBeUndefined();
    });

    test("are of another call once that is made again, by whoever runs the job", async () => {
      const { store } = await open();
      const job = await run(store);
      const asked = approval(job);
      await store.approvals.request(job, asked);
      expect(await store.approvals.repeat(job, asked.id, "call-again")).toBe(true);
      expect(store.approvals.ofCall(job.id, "call-again")).toMatchObject({ id: asked.id });
      expect(store.approvals.ofCall(job.id, asked.toolUseId)).toBeUndefined();
      const gone = { id: job.id, fence: job.fence };
      await store.jobs.takeOver(job, { ...lease, node: "node-2" });
      expect(await store.approvals.repeat(gone, asked.id, "call-late")).toBe(false);
    });

    test("are listed oldest first, by status, agent and job", async () => {
      const { store } = await open();
      const [a, b] = [await run(store), await run(store, { agentName: "other" })];
      const asked = [approval(a), approval(b), approval(a)];
      for (const [index, item] of asked.entries()) {
        await store.approvals.request(index === 1 ? b : a, item);
      }
      const [first = "", second = "", third = ""] = asked.map(({ id }) => id);
      await store.approvals.answer(first, { status: "allowed" });
      const list = (filter?: Parameters<typeof store.approvals.list>[0]): string[] =>
        store.approvals.list(filter).map(({ id }) => id);
      expect(list()).toEqual([first, second, third]);
      expect(list({ status: "pending" })).toEqual([second, third]);
      expect(list({ limit: 2 })).toEqual([second, third]);
      expect(list({ status: "pending", limit: 1 })).toEqual([third]);
      expect(list({ status: "allowed" })).toEqual([first]);
      expect(list({ agentName: "other" })).toEqual([second]);
      expect(list({ jobId: a.id, status: "pending" })).toEqual([third]);
    });

    test("are answered once, which wakes the job that waits for it in its place", async () => {
      const { store, clock } = await open();
      const job = await run(store);
      const asked = approval(job);
      await store.approvals.request(job, asked);
      await store.jobs.park(job, waitFor(asked));
      expect(get(store, job.id)).toMatchObject({ status: "waiting", approvalId: asked.id });
      clock.time = start + 60_000;
      const answer = { status: "allowed", reason: "go", answeredBy: "ann" } as const;
      expect(await store.approvals.answer(asked.id, answer)).toBe(true);
      expect(store.approvals.get(asked.id)).toEqual({ ...asked, ...answer, answeredAt: at(1) });
      expect(get(store, job.id)).toMatchObject({ status: "queued", queueSeq: job.queueSeq });
      expect(get(store, job.id).approvalId).toBe(asked.id);
      expect(await store.approvals.answer(asked.id, { status: "denied" })).toBe(false);
      expect(await store.approvals.answer("ask-0", { status: "denied" })).toBe(false);
    });

    test("that a running job holds are answered without a change of the job", async () => {
      const { store } = await open();
      const job = await run(store);
      const asked = approval(job, { kind: "question", question: "Why?" });
      await store.approvals.request(job, asked);
      expect(await store.approvals.answer(asked.id, { status: "answered", answer: "so" })).toBe(
        true,
      );
      expect(get(store, job.id).status).toBe("running");
    });

    test("that were answered before their job parks wake it at once", async () => {
      const { store, clock } = await open();
      const job = await run(store);
      const asked = approval(job);
      await store.approvals.request(job, asked);
      await store.approvals.answer(asked.id, { status: "denied" });
      clock.time = start + 60_000;
      await store.jobs.park(job, waitFor(asked));
      expect(get(store, job.id)).toMatchObject({ status: "waiting", wakeAt: at(1) });
      await store.jobs.wake(job.id);
      expect(store.approvals.get(asked.id)?.status).toBe("denied");
    });

    test("expire when their job is woken for its time", async () => {
      const { store, clock } = await open();
      const job = await run(store);
      const asked = approval(job);
      await store.approvals.request(job, asked);
      await store.jobs.park(job, waitFor(asked));
      clock.time = start + 3_600_000;
      await store.jobs.wake(job.id);
      expect(store.approvals.get(asked.id)).toMatchObject({
        status: "expired",
        answeredAt: at(60),
      });
      expect(await store.approvals.answer(asked.id, { status: "allowed" })).toBe(false);
    });

    test("expire while their job runs", async () => {
      const { store } = await open();
      const job = await run(store);
      const asked = approval(job);
      await store.approvals.request(job, asked);
      expect(await store.approvals.expire(asked.id)).toBe(true);
      expect(await store.approvals.expire(asked.id)).toBe(false);
      expect(store.approvals.get(asked.id)).toMatchObject({ status: "expired" });
      expect(get(store, job.id).status).toBe("running");
    });

    test("are withdrawn when their job goes on without them", async () => {
      const { store } = await open();
      const job = await run(store);
      const [other, asked] = [approval(job), approval(job)];
      await store.approvals.request(job, other);
      await store.approvals.request(job, asked);
      await store.jobs.park(job, waitFor(asked));
      expect(store.approvals.get(other.id)?.status).toBe("withdrawn");
      expect(store.approvals.get(asked.id)?.status).toBe("pending");
      await store.approvals.answer(asked.id, { status: "allowed" });
      const perAgent = { [job.agentName]: 9 };
      const [again] = await store.jobs.admit({ ...lease, perAgent });
      if (!again) throw new Error("not admitted");
      await store.jobs.park(again, { waitingFor: "retry" });
      expect(get(store, job.id).approvalId).toBeUndefined();
    });

    test("are withdrawn when their job ends, and forgotten with it", async () => {
      const { store } = await open();
      const [failed, cancelled] = [await run(store), await run(store)];
      const asked = [approval(failed), approval(cancelled)] as const;
      await store.approvals.request(failed, asked[0]);
      await store.approvals.request(cancelled, asked[1]);
      await store.jobs.finish(failed, { status: "failed", exitReason: "error" });
      await store.jobs.park(cancelled, waitFor(asked[1]));
      await store.jobs.requestCancel(cancelled.id, "user");
      expect(asked.map(({ id }) => store.approvals.get(id)?.status)).toEqual([
        "withdrawn",
        "withdrawn",
      ]);
      await done(store);
      await store.jobs.prune({ perAgent: 1 });
      expect(store.approvals.list()).toEqual([]);
    });
  });
}
