import { describe, expect, it } from "vitest";
import { plainJob } from "../../../test/plain-job.ts";
import type { JobRecord } from "../../state/job-record.ts";
import { type OverlapPlan, planOverlap } from "./plan-overlap.ts";

function job(id: string, fields: Partial<JobRecord> = {}): JobRecord {
  return { ...plainJob, id, scheduleName: "s", trigger: "schedule", ...fields };
}

const running = job("running");
const unstarted = job("unstarted", { status: "queued", attempt: 0 });
const retried = job("retried", { status: "queued", attempt: 1 });
const parked = job("parked", { status: "waiting" });

const enqueue = { action: "enqueue", mayQueue: false, cancel: [] } as const;
const queue = { ...enqueue, mayQueue: true } as const;
const alreadyRunning = { action: "skip", reason: "already_running" } as const;
const atLimit = { action: "skip", reason: "concurrency_limit" } as const;
const supersede = { action: "supersede", jobId: "unstarted" } as const;
const full = { action: "skip", reason: "queue_full" } as const;

interface Case extends Pick<Parameters<typeof planOverlap>[0], "overlap" | "own"> {
  readonly isAtLimit?: boolean;
  readonly isCaughtUp?: boolean;
  readonly plan: OverlapPlan;
}

describe("planOverlap", () => {
  it.each<Case>([
    { overlap: "skip", own: [], plan: enqueue },
    { overlap: "skip", own: [running], plan: alreadyRunning },
    { overlap: "skip", own: [running], isAtLimit: true, plan: atLimit },
    { overlap: "skip", own: [parked], plan: alreadyRunning },
    { overlap: "skip", own: [retried], plan: alreadyRunning },
    { overlap: "skip", own: [unstarted], plan: supersede },
    { overlap: "skip", own: [unstarted, running], plan: alreadyRunning },
    { overlap: "queue", own: [running], plan: queue },
    { overlap: "queue", own: [unstarted, retried], plan: queue },
    { overlap: "queue", own: [unstarted, retried, unstarted], plan: full },
    { overlap: "cancel_running", own: [], plan: enqueue },
    { overlap: "cancel_running", own: [running], plan: { ...queue, cancel: ["running"] } },
    { overlap: "cancel_running", own: [unstarted], plan: supersede },
    { overlap: "allow", own: [running], plan: enqueue },
    { overlap: "allow", own: [unstarted], plan: supersede },
    { overlap: "skip", own: [running], isCaughtUp: true, plan: queue },
    { overlap: "skip", own: [unstarted, retried, retried], isCaughtUp: true, plan: full },
  ])(
    "overlap: $overlap with $own.length of its jobs → $plan.action",
    ({ plan, isAtLimit = false, isCaughtUp = false, ...of }) => {
      expect(planOverlap({ ...of, isAtLimit, isCaughtUp, mostQueued: 3 })).toEqual(plan);
    },
  );
});
