import type { ResolvedAgent, ResolvedSchedule } from "../../config/resolved.ts";
import { messageOf } from "../../errors.ts";
import type { ScheduledFire } from "../../scheduler/decisions.ts";
import type { ScheduleEntry } from "../../scheduler/schedule-entry.ts";
import { mostCaughtUp } from "../../scheduler/timetable.ts";
import { isFinal, type JobRecord } from "../../state/job-record.ts";
import type { FireKey, FiringClaim, SkipReason } from "../../state/store.ts";
import { askScheduleGate } from "./ask-schedule-gate.ts";
import { cancelJob } from "../control.ts";
import { type Fleet, limitOf } from "../fleet.ts";
import type { JobQueue } from "../job-queue.ts";
import { hasWork } from "../job-work.ts";
import { type OverlapPlan, planOverlap } from "./plan-overlap.ts";
import { refuseFire } from "./refuse-fire.ts";
import { reportSkipped } from "./schedules.ts";
import { isSessionBusy } from "../sessions/session-busy.ts";
import { recordTrigger } from "../trigger.ts";

/** Turns a due instant into a job, or tells why there is none. */
export async function fireSchedule(
  fleet: Fleet,
  queue: JobQueue,
  fire: ScheduledFire,
): Promise<SkipReason | undefined> {
  const { claim } = fire;
  const configured = findActive(fleet, claim);
  if (!configured) return "disabled";
  const { agent, schedule } = configured;
  const refused = refuseFire(fleet, agent);
  if (refused) return refused;
  const plan = planFire(fleet, agent, { schedule, late: fire.late });
  if (plan.action === "skip") return plan.reason;
  if (!isWilling(plan) && (await isSessionBusy(fleet, agent, schedule))) return "session_busy";
  const gate = await askScheduleGate(fleet, agent, { schedule, claim, signal: fire.signal });
  if (!gate.open) return "gate";
  if (!(await hasWork(fleet, agent, schedule))) return "no_work";
  const firing = { ...claim, ...(gate.value !== undefined && { gateValue: gate.value }) };
  if (plan.action === "supersede" && (await supersede(fleet, firing, plan.jobId))) return undefined;
  return makeJob(fleet, queue, { agent, schedule, firing, plan });
}

/** Tells whether {@link fireSchedule} waits for nothing but the store: no gate, no look for work. */
export function isDecidedAtOnce(
  fleet: Pick<Fleet, "config">,
  { agentName, schedule: { name } }: ScheduleEntry,
): boolean {
  const agent = fleet.config.agents.find((item) => item.qualifiedName === agentName);
  const schedule = agent?.schedules.find((item) => item.name === name);
  return !schedule?.when && !schedule?.workSource && !agent?.workSource;
}

// What it was when it came due may have been reloaded, removed or switched off meanwhile.
function findActive(
  fleet: Fleet,
  { agentName, scheduleName }: FireKey,
): { readonly agent: ResolvedAgent; readonly schedule: ResolvedSchedule } | undefined {
  const agent = fleet.config.agents.find((item) => item.qualifiedName === agentName);
  const schedule = agent?.schedules.find((item) => item.name === scheduleName);
  if (!agent || !schedule?.enabled) return undefined;
  const isOn = fleet.store.schedules.get(agentName, scheduleName)?.enabled ?? true;
  return isOn ? { agent, schedule } : undefined;
}

function planFire(
  fleet: Fleet,
  agent: ResolvedAgent,
  { schedule, late }: { readonly schedule: ResolvedSchedule; readonly late: boolean },
): OverlapPlan {
  const agentName = agent.qualifiedName;
  const live = fleet.store.jobs.totals(agentName).filter(({ status }) => !isFinal(status));
  const inFlight = live.filter(({ status }) => status !== "waiting");
  const count = inFlight.reduce((sum, total) => sum + total.count, 0);
  return planOverlap({
    overlap: schedule.overlap,
    isCaughtUp: late && schedule.catchUp === "all",
    own: live.length === 0 ? [] : liveJobsOf(fleet, { agentName, scheduleName: schedule.name }),
    isAtLimit: count >= limitOf(fleet, agent),
    mostQueued: mostCaughtUp,
  });
}

// What a person triggered by hand is not the schedule's.
function liveJobsOf(
  fleet: Fleet,
  { agentName, scheduleName }: Omit<FireKey, "dueAt">,
): readonly JobRecord[] {
  return fleet.store.jobs.list({
    agentName,
    scheduleName,
    trigger: "schedule",
    status: ["queued", "running", "waiting"],
  }).jobs;
}

// Tells whether the job may wait for its turn.
function isWilling(plan: OverlapPlan): boolean {
  return plan.action === "supersede" || (plan.action === "enqueue" && plan.mayQueue);
}

async function supersede(fleet: Fleet, firing: FiringClaim, jobId: string): Promise<boolean> {
  if (!(await fleet.store.fires.supersede(firing, jobId))) return false;
  reportSkipped(fleet, firing, "superseded");
  reportFired(fleet, firing, jobId);
  return true;
}

interface Firing {
  readonly agent: ResolvedAgent;
  readonly schedule: ResolvedSchedule;
  readonly firing: FiringClaim;
  readonly plan: OverlapPlan;
}

async function makeJob(
  fleet: Fleet,
  queue: JobQueue,
  { agent, schedule, firing, plan }: Firing,
): Promise<SkipReason | undefined> {
  const options = { queue: plan.action === "enqueue" && plan.mayQueue };
  const record = await recordTrigger(fleet, { agent, schedule, fire: firing, options });
  if (!record) return "concurrency_limit";
  reportFired(fleet, firing, record.id);
  queue.add(record.id);
  if (plan.action === "enqueue") cancelOthers(fleet, plan.cancel);
  return undefined;
}

// The new job waits in the queue until they are gone.
function cancelOthers(fleet: Fleet, jobs: readonly string[]): void {
  for (const id of jobs) {
    cancelJob(fleet, id, "superseded").catch((error: unknown) =>
      // It may have ended by itself meanwhile.
      fleet.log.debug(`job ${id} was not cancelled: ${messageOf(error)}`, { jobId: id }),
    );
  }
}

function reportFired(fleet: Fleet, { agentName, scheduleName }: FireKey, jobId: string): void {
  fleet.log.info(`schedule ${agentName}/${scheduleName} fired job ${jobId}`, {
    agentName,
    jobId,
    source: "scheduler",
  });
  fleet.emit("schedule:triggered", { agentName, scheduleName, jobId });
}
