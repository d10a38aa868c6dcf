import { FleetManagerError } from "../errors.ts";
import { createJobId } from "../ids.ts";
import type { JobRecord } from "../state/job-record.ts";
import type { NewJob } from "../state/store.ts";
import { agentOf } from "./agent-snapshot.ts";
import { checkBudget } from "./budget.ts";
import { JobNotFoundError } from "./errors.ts";
import { type Fleet, findAgent } from "./fleet.ts";
import { checkSession } from "./sessions/check-session.ts";
import { checkRunnable, storeJob } from "./trigger.ts";
import type { JobModifications } from "./types.ts";

/** A new job from an old one: its recorded configuration and prompt, with modifications. */
export async function forkJob(
  fleet: Fleet,
  id: string,
  modifications: JobModifications,
): Promise<JobRecord> {
  const original = jobOf(fleet, id);
  const { model, maxTurns } = modifications;
  const { takesWork, ...again } = repeated(fleet, original);
  const isSameWork =
    modifications.promptOverride === undefined && modifications.workItems === undefined;
  const job: NewJob = {
    ...again,
    ...(isSameWork && takesWork && { takesWork }),
    trigger: "fork",
    forkedFrom: original.id,
    ...(original.configHash !== undefined && { configHash: original.configHash }),
    prompt: modifications.promptOverride ?? original.prompt,
    priority: modifications.priority ?? original.priority,
    ...(modifications.workItems && { workItems: modifications.workItems }),
    ...(maxTurns !== undefined && { maxTurns }),
    modifications: {
      ...(model !== undefined && { model }),
      ...(maxTurns !== undefined && { maxTurns }),
    },
    session: modifications.session === "fork" ? forkedSession(original) : { mode: "new" },
  };
  return store(fleet, job);
}

/** The same request once more, with today's configuration. */
export function retryJob(fleet: Fleet, id: string): Promise<JobRecord> {
  const original = jobOf(fleet, id);
  return store(fleet, {
    ...repeated(fleet, original),
    trigger: "manual",
    session: { mode: "new" },
  });
}

/** Another request in the session of a job. */
export function resumeJob(fleet: Fleet, id: string, prompt: string): Promise<JobRecord> {
  const original = jobOf(fleet, id);
  const { workItems: _done, takesWork: _taken, ...again } = repeated(fleet, original);
  const session = { mode: "resume", from: sessionOf(original) } as const;
  return store(fleet, { ...again, trigger: "manual", prompt, session });
}

async function store(fleet: Fleet, job: NewJob): Promise<JobRecord> {
  // What would run decides what must be there; nothing of it is stored before that is clear.
  const agent = agentOf(fleet, {
    ...job,
    status: "queued",
    queueSeq: 0,
    createdAt: "",
    attempt: 0,
    fence: 0,
  });
  await checkRunnable(fleet, agent);
  await checkSession(fleet, agent, job.session);
  checkBudget(fleet, agent);
  return storeJob(fleet, job);
}

function repeated(fleet: Fleet, original: JobRecord): Omit<NewJob, "trigger"> {
  const agent = findAgent(fleet.config, original.agentName);
  return {
    id: createJobId(fleet.clock.now()),
    agentName: original.agentName,
    prompt: original.prompt,
    priority: original.priority,
    runtime: agent.runtime,
    workingDirectory: agent.workingDirectory,
    ...(original.scheduleName !== undefined && { scheduleName: original.scheduleName }),
    ...(original.workItems && { workItems: original.workItems }),
    ...(original.takesWork === true && { takesWork: true }),
    ...(original.timeout !== undefined && { timeout: original.timeout }),
    ...(original.maxTurns !== undefined && { maxTurns: original.maxTurns }),
  };
}

function forkedSession(original: JobRecord): NonNullable<JobRecord["session"]> {
  return { mode: "fork", from: sessionOf(original) };
}

function sessionOf(original: JobRecord): string {
  if (original.sessionId !== undefined) return original.sessionId;
  throw new FleetManagerError(
    `Job ${original.id} has no session to go on with: it never started. Trigger or retry it.`,
    { code: "INVALID_STATE", context: { jobId: original.id } },
  );
}

function jobOf(fleet: Fleet, id: string): JobRecord {
  const original = fleet.store.jobs.get(id);
  if (!original) throw new JobNotFoundError(id);
  return original;
}
