import type { ResolvedAgent, ResolvedSchedule } from "../config/resolved.ts";
import { FleetManagerError } from "../errors.ts";
import { createJobId } from "../ids.ts";
import { sessionScope } from "../sessions/policy.ts";
import type { JobRecord } from "../state/job-record.ts";
import type { NewJob } from "../state/store.ts";
import { checkWorkingDirectory } from "./check-working-directory.ts";
import { createRuntime } from "./create-runtime.ts";
import { ConcurrencyLimitError, ScheduleNotFoundError } from "./errors.ts";
import { type Fleet, findAgent, limitOf } from "./fleet.ts";
import { toJob } from "./job-view.ts";
import { takesWork } from "./job-work.ts";
import type { TriggerRequest } from "./trigger-request.ts";
import type { TriggerOptions } from "./types.ts";

/** Finds agent, schedule and prompt of a trigger, or says which of them is missing. */
export function acceptTrigger(
  fleet: Fleet,
  agentName: string,
  scheduleName: string | undefined,
  options: TriggerOptions,
): TriggerRequest {
  const agent = findAgent(fleet.config, agentName);
  const named = scheduleName === undefined ? undefined : findSchedule(agent, scheduleName);
  const schedule = named ?? (needsSchedule(agent, options) ? agent.schedules[0] : undefined);
  return { agent, options, ...(schedule && { schedule }) };
}

/** Refuses what cannot run at all, before anything is stored. */
export async function checkRunnable(fleet: Fleet, agent: ResolvedAgent): Promise<void> {
  createRuntime(fleet, agent);
  // One that is cloned is made when the job starts.
  if (!agent.repo?.autoClone) await checkWorkingDirectory(agent);
}

/**
 * Stores the job of a trigger; resolves once it is on disk. A scheduled trigger that may not queue
 * and meets the agent's limit, or whose fire is no longer ours, resolves with `undefined`.
 */
export async function recordTrigger(
  fleet: Fleet,
  request: TriggerRequest,
): Promise<JobRecord | undefined> {
  const { agent, options, fire } = request;
  const mayQueue = options.queue ?? fire === undefined;
  const limit = limitOf(fleet, agent);
  const job = newJob(fleet, request);
  if (mayQueue && !fire) return storeJob(fleet, job);
  const record = await fleet.store.jobs.enqueue(job, {
    ...(fire && { fire }),
    ...(!mayQueue && { limit }),
  });
  if (record) return announced(fleet, record);
  if (fire) return undefined;
  const { qualifiedName } = agent;
  const inFlight = fleet.store.jobs
    .live()
    .filter((live) => live.agentName === qualifiedName && live.status !== "waiting");
  throw new ConcurrencyLimitError(qualifiedName, inFlight.length, limit);
}

/** Stores a job that may wait for its turn. */
export async function storeJob(fleet: Fleet, job: NewJob): Promise<JobRecord> {
  const record = await fleet.store.jobs.enqueue(job);
  // Only a limit or a fire can refuse it.
  if (!record) throw new FleetManagerError(`job ${job.id} could not be stored`);
  return announced(fleet, record);
}

function announced(fleet: Fleet, record: JobRecord): JobRecord {
  fleet.emit("job:created", { job: toJob(record, fleet.redactor) });
  return record;
}

/** The job that a request asks for. */
export function newJob(fleet: Fleet, request: TriggerRequest): NewJob {
  const { agent, schedule, options, fire } = request;
  const timeout = schedule?.timeout ?? agent.timeout;
  return {
    id: createJobId(fleet.clock.now()),
    agentName: agent.qualifiedName,
    ...(schedule && { scheduleName: schedule.name }),
    trigger: options.trigger ?? (fire ? "schedule" : "manual"),
    prompt: promptOf(request),
    ...(takesWork(request) && { takesWork: true }),
    ...(options.workItems && { workItems: options.workItems }),
    priority: options.priority ?? agent.priority,
    runtime: agent.runtime,
    workingDirectory: agent.workingDirectory,
    ...sessionOf(request),
    ...(timeout !== undefined && { timeout }),
    ...(agent.maxTurns !== undefined && { maxTurns: agent.maxTurns }),
  };
}

// Which session goes on is known when the job starts: others of its scope may still run.
function sessionOf({ agent, schedule, options }: TriggerRequest): Pick<NewJob, "session"> {
  const named = namedSession(options);
  if (named) return { session: named };
  return sessionScope(agent, schedule) === undefined ? { session: { mode: "new" } } : {};
}

/** The session that a trigger asks for. */
export function namedSession({ resume }: TriggerOptions): JobRecord["session"] {
  return resume === undefined ? undefined : { mode: "resume", from: resume };
}

/** The prompt as configured: its variables are filled in when the job starts. */
export function promptOf({ agent, schedule, options }: TriggerRequest): string {
  const prompt = options.promptOverride ?? schedule?.prompt ?? agent.defaultPrompt;
  if (prompt === undefined || prompt.trim() === "") {
    const names = agent.schedules.map((item) => item.name);
    throw new FleetManagerError(
      `Agent "${agent.qualifiedName}" has no prompt for this trigger. Give one, set \`default_prompt\`` +
        (names.length > 0 ? `, or name a schedule: ${names.join(", ")}.` : "."),
      { code: "PROMPT_REQUIRED", context: { agentName: agent.qualifiedName, schedules: names } },
    );
  }
  return prompt;
}

// Without a prompt of its own, an agent with one schedule runs that one.
function needsSchedule(agent: ResolvedAgent, options: TriggerOptions): boolean {
  return (
    options.promptOverride === undefined &&
    agent.defaultPrompt === undefined &&
    agent.schedules.length === 1
  );
}

function findSchedule(agent: ResolvedAgent, name: string): ResolvedSchedule {
  const found = agent.schedules.find((schedule) => schedule.name === name);
  if (found) return found;
  throw new ScheduleNotFoundError(
    agent.qualifiedName,
    name,
    agent.schedules.map((schedule) => schedule.name),
  );
}
