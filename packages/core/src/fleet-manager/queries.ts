import type { ResolvedAgent } from "../config/resolved.ts";
import type { Scheduler } from "../scheduler/scheduler.ts";
import { jobOutputFile, tailJobOutput } from "../state/job-output.ts";
import { type JobRecord } from "../state/job-record.ts";
import { renderOutput } from "../state/render-output.ts";
import type { JobListFilter } from "../state/store.ts";
import { type Fleet, findAgent, limitOf } from "./fleet.ts";
import { toJob } from "./job-view.ts";
import { knownAgent } from "./known-agent.ts";
import { isFleetPaused, isPaused, readPauses } from "./pause.ts";
import { ScheduleNotFoundError } from "./errors.ts";
import { measureStorage } from "./storage.ts";
import type {
  AgentInfo,
  FleetStatus,
  Job,
  JobFilter,
  JobList,
  QueueInfo,
  ScheduleInfo,
  UsageInfo,
} from "./types.ts";

// A job's `output` is at most its last MiB; the streams give all of it.
const longestOutput = 1_048_576;
const pageSize = 100;

/** The fleet as a whole. */
export function getStatus(
  fleet: Fleet,
  scheduler: Scheduler,
  startedAt: number | undefined,
): FleetStatus {
  const counts = countByStatus(fleet);
  const live = fleet.store.jobs.live();
  const busy = new Set(live.filter((job) => job.status === "running").map((job) => job.agentName));
  const running = fleet.config.agents.filter((agent) => busy.has(agent.qualifiedName)).length;
  const schedules = getSchedules(fleet, scheduler);
  const { name } = fleet.config.fleet;
  return fleet.redactor.value({
    state: fleet.lifecycle(),
    uptime: startedAt === undefined ? 0 : fleet.clock.now() - startedAt,
    ...(name !== undefined && { name }),
    configPath: fleet.config.configPath,
    stateDir: fleet.state.stateDir,
    pid: process.pid,
    agents: {
      total: fleet.config.agents.length,
      running,
      idle: fleet.config.agents.length - running,
    },
    paused: isFleetPaused(fleet),
    jobs: {
      active: counts.running,
      queued: counts.queued,
      waiting: counts.waiting,
      completed: counts.completed,
      failed: counts.failed,
      cancelled: counts.cancelled,
    },
    scheduler: {
      nextTrigger: earliest(schedules.map((schedule) => schedule.nextTrigger)),
      activeSchedules: schedules.filter((schedule) => schedule.enabled).length,
    },
    storage: measureStorage(fleet),
  });
}

/** Every agent. */
export function getAgents(fleet: Fleet, scheduler: Scheduler): AgentInfo[] {
  const live = fleet.store.jobs.live();
  return fleet.config.agents.map((agent) => toAgentInfo(fleet, scheduler, agent, live));
}

/** One agent, by qualified name or unique bare name. */
export function getAgent(fleet: Fleet, scheduler: Scheduler, name: string): AgentInfo {
  return toAgentInfo(fleet, scheduler, findAgent(fleet.config, name), fleet.store.jobs.live());
}

/** A page of jobs, newest first. */
export function getJobs(fleet: Fleet, filter: JobFilter): JobList {
  const { agentName } = filter;
  const page = fleet.store.jobs.list({
    ...toStoreFilter(filter),
    ...(agentName !== undefined && { agentName: knownAgent(fleet, agentName) }),
  });
  return {
    jobs: page.jobs.map((record) => toJob(record, fleet.redactor)),
    ...(page.nextCursor !== undefined && { nextCursor: page.nextCursor }),
  };
}

/** The filter of a page as the store takes it: ISO strings instead of `Date`s. */
export function toStoreFilter({
  startedAfter,
  startedBefore,
  limit = pageSize,
  ...rest
}: JobFilter): JobListFilter {
  return {
    ...rest,
    limit,
    ...(startedAfter && { startedAfter: startedAfter.toISOString() }),
    ...(startedBefore && { startedBefore: startedBefore.toISOString() }),
  };
}

/** One job; its output is read only when somebody looks at it. */
export function getJob(fleet: Pick<Fleet, "state" | "redactor">, record: JobRecord): Job {
  const job = toJob(record, fleet.redactor);
  let tail: { readonly output: string; readonly outputTruncated: boolean } | undefined;
  const read = (): { readonly output: string; readonly outputTruncated: boolean } => {
    tail ??= readOutput(jobOutputFile(fleet.state.stateDir, record.id));
    return tail;
  };
  return Object.defineProperties(job, {
    output: { get: () => read().output, enumerable: true },
    outputTruncated: { get: () => read().outputTruncated, enumerable: true },
  });
}

/** Queued jobs in the order in which they will run. */
export function getQueue(fleet: Fleet): QueueInfo {
  const running = fleet.store.jobs.live().filter((job) => job.status === "running");
  const isHeld = readPauses(fleet);
  const items = fleet.store.jobs.queue().map((job, index): QueueInfo["items"][number] => ({
    jobId: job.id,
    agentName: job.agentName,
    priority: job.priority,
    position: index + 1,
    queuedAt: new Date(job.createdAt),
    waitingFor: isHeld(job.agentName) ? "paused" : limitInTheWay(fleet, job, running),
  }));
  return { total: items.length, items };
}

/** What was used, by day, agent and model. */
export function getUsage(
  fleet: Fleet,
  { since, agentName }: { readonly since: string; readonly agentName?: string },
): readonly UsageInfo[] {
  return fleet.store.usage.list({
    since,
    ...(agentName !== undefined && { agentName: knownAgent(fleet, agentName) }),
  });
}

/** Every schedule. */
export function getSchedules(fleet: Fleet, scheduler: Scheduler): ScheduleInfo[] {
  return fleet.config.agents.flatMap((agent) => schedulesOf(fleet, scheduler, agent));
}

/** One schedule. */
export function getSchedule(
  fleet: Fleet,
  scheduler: Scheduler,
  names: { readonly agentName: string; readonly scheduleName: string },
): ScheduleInfo {
  const agent = findAgent(fleet.config, names.agentName);
  const schedules = schedulesOf(fleet, scheduler, agent);
  const found = schedules.find((schedule) => schedule.name === names.scheduleName);
  if (found) return found;
  throw new ScheduleNotFoundError(
    agent.qualifiedName,
    names.scheduleName,
    schedules.map((schedule) => schedule.name),
  );
}

function toAgentInfo(
  fleet: Fleet,
  scheduler: Scheduler,
  agent: ResolvedAgent,
  live: readonly JobRecord[],
): AgentInfo {
  const name = agent.qualifiedName;
  const own = live.filter((job) => job.agentName === name);
  const running = own.filter((job) => job.status === "running").map((job) => job.id);
  const last = fleet.store.jobs.list({
    agentName: name,
    status: ["completed", "failed", "cancelled"],
    limit: 1,
  });
  const lastJob = last.jobs[0]?.id;
  return fleet.redactor.value({
    name,
    ...(agent.description !== undefined && { description: agent.description }),
    state: running.length > 0 ? "running" : "idle",
    paused: isPaused(fleet, name),
    runtime: agent.runtime,
    ...(agent.model !== undefined && { model: agent.model }),
    workingDirectory: agent.workingDirectory,
    configPath: agent.configPath,
    concurrency: {
      running: running.length,
      queued: own.filter((job) => job.status === "queued").length,
      limit: limitOf(fleet, agent),
    },
    ...(running[0] !== undefined && { currentJob: running[0] }),
    runningJobs: running,
    ...(lastJob !== undefined && { lastJob }),
    schedules: agent.schedules.map((schedule) => schedule.name),
    nextTrigger: earliest(schedulesOf(fleet, scheduler, agent).map((item) => item.nextTrigger)),
  });
}

function schedulesOf(fleet: Fleet, scheduler: Scheduler, agent: ResolvedAgent): ScheduleInfo[] {
  return agent.schedules.map((schedule) => {
    const stored = fleet.store.schedules.get(agent.qualifiedName, schedule.name);
    return fleet.redactor.value({
      agentName: agent.qualifiedName,
      name: schedule.name,
      type: schedule.type,
      ...(schedule.expression !== undefined && { interval: schedule.expression }),
      ...(schedule.timezone !== undefined && { timezone: schedule.timezone }),
      enabled: schedule.enabled && stored?.enabled !== false,
      nextTrigger: scheduler.next(agent.qualifiedName, schedule.name),
      ...(stored?.lastFireAt !== undefined && { lastTrigger: new Date(stored.lastFireAt) }),
      ...(stored?.lastJobId !== undefined && { lastJob: stored.lastJobId }),
      ...(schedule.prompt !== undefined && { prompt: schedule.prompt }),
    });
  });
}

function countByStatus(fleet: Fleet): Record<JobRecord["status"], number> {
  const counts = { queued: 0, running: 0, waiting: 0, completed: 0, failed: 0, cancelled: 0 };
  for (const { status, count } of fleet.store.jobs.totals()) counts[status] += count;
  return counts;
}

function limitInTheWay(
  fleet: Fleet,
  job: JobRecord,
  running: readonly JobRecord[],
): "agent" | "fleet" {
  const agent = fleet.config.agents.find((item) => item.qualifiedName === job.agentName);
  if (!agent) return "agent";
  const own = running.filter((other) => other.agentName === job.agentName).length;
  return own >= limitOf(fleet, agent) ? "agent" : "fleet";
}

function readOutput(file: string): { output: string; outputTruncated: boolean } {
  const { lines, truncated } = tailJobOutput(file, { maxBytes: longestOutput });
  return { output: lines.map(renderOutput).join(""), outputTruncated: truncated };
}

function earliest(dates: readonly (Date | null)[]): Date | null {
  const known = dates.filter((date) => date !== null).map((date) => date.getTime());
  return known.length === 0 ? null : new Date(Math.min(...known));
}
