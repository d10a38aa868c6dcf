import type { ResolvedConfig } from "../config/resolved.ts";
import type { MissedRange, ScheduleEntry } from "../scheduler/scheduler.ts";
import { isFinal } from "../state/job-record.ts";
import type { FireKey, SkipReason } from "../state/store.ts";
import { type Fleet, limitOf } from "./fleet.ts";
import type { JobQueue } from "./job-queue.ts";
import { refuseFire } from "./refuse-fire.ts";
import { recordTrigger } from "./trigger.ts";

/** Every schedule of the fleet with its agent. */
export function scheduleEntries(config: ResolvedConfig): readonly ScheduleEntry[] {
  return config.agents.flatMap((agent) =>
    agent.schedules.map((schedule) => ({ agentName: agent.qualifiedName, schedule })),
  );
}

/** Turns a due instant into a job, or records why there is none. */
export async function fireSchedule(
  fleet: Fleet,
  queue: JobQueue,
  { agentName, schedule }: ScheduleEntry,
  fire: FireKey,
): Promise<void> {
  const agent = fleet.config.agents.find((item) => item.qualifiedName === agentName);
  if (!agent) return skip(fleet, fire, "disabled");
  const refused = refuseFire(fleet, agent);
  if (refused) return skip(fleet, fire, refused);
  if (limitOf(fleet, agent) > 1 && overlaps(fleet, fire))
    return skip(fleet, fire, "already_running");
  const record = await recordTrigger(fleet, { agent, schedule, fire, options: {} });
  if (!record) return skip(fleet, fire, "concurrency_limit");
  await fleet.store.schedules.put({
    agentName,
    scheduleName: schedule.name,
    lastFireAt: fire.dueAt,
    lastJobId: record.id,
  });
  fleet.log.info(`schedule ${agentName}/${schedule.name} fired job ${record.id}`, {
    agentName,
    jobId: record.id,
    source: "scheduler",
  });
  fleet.emit("schedule:triggered", { agentName, scheduleName: schedule.name, jobId: record.id });
  queue.add(record.id);
}

/** Reports instants that passed while nobody could fire them. */
export function reportMissed(fleet: Fleet, missed: MissedRange): void {
  const { agentName, scheduleName, from, until, count } = missed;
  fleet.log.warn(
    `schedule ${agentName}/${scheduleName} missed ${count} due ${count === 1 ? "time" : "times"} ` +
      `(${from.toISOString()} … ${until.toISOString()})`,
    { agentName, source: "scheduler" },
  );
  fleet.emit("schedule:missed", missed);
}

async function skip(fleet: Fleet, fire: FireKey, reason: SkipReason): Promise<void> {
  await fleet.store.fires.resolve(fire, { fate: "skipped", reason });
  const { agentName, scheduleName } = fire;
  fleet.log.info(`schedule ${agentName}/${scheduleName} skipped: ${reason}`, {
    agentName,
    source: "scheduler",
  });
  fleet.emit("schedule:skipped", { agentName, scheduleName, reason });
}

// With room for more jobs of the agent, a schedule still never overlaps itself.
function overlaps(fleet: Fleet, { agentName, scheduleName }: FireKey): boolean {
  const last = fleet.store.schedules.get(agentName, scheduleName)?.lastJobId;
  const job = last === undefined ? undefined : fleet.store.jobs.get(last);
  return job !== undefined && !isFinal(job.status);
}
