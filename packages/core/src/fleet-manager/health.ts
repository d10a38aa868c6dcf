import { within } from "../within.ts";
import type { Fleet } from "./fleet.ts";
import type { FleetParts } from "./fleet-parts.ts";

/** Why a fleet cannot do its work: it is not started, its store takes nothing, its scheduler stands still. */
export type FleetProblem = "not_running" | "store" | "scheduler";

/** Whether a fleet can do its work at this instant. */
export interface FleetHealth {
  /** Absent: all is well. */
  readonly problem?: FleetProblem;
  /** Processes of Claude Code that its jobs have started, in this process and others. */
  readonly claudeProcesses: number;
}

// A store that takes longer keeps every job waiting.
const writeDeadline = 2_000;

/** Looks at every part that work needs; writes once to the store. */
export async function checkHealth({ fleet, scheduler }: FleetParts): Promise<FleetHealth> {
  const problem = await findProblem(fleet, scheduler);
  return { ...(problem && { problem }), claudeProcesses: countClaudes(fleet) };
}

async function findProblem(
  { lifecycle, store }: Fleet,
  scheduler: FleetParts["scheduler"],
): Promise<FleetProblem | undefined> {
  if (lifecycle() !== "running") return "not_running";
  if (!(await takesWrites(store))) return "store";
  return scheduler.isTicking() ? undefined : "scheduler";
}

async function takesWrites(store: Fleet["store"]): Promise<boolean> {
  const written = store.probe().then(
    () => true,
    () => false,
  );
  return (await within(writeDeadline, written)) ?? false;
}

// A hook or a check takes its place as the process of the job.
function countClaudes({ store }: Fleet): number {
  return store.jobs
    .list({ status: "running" })
    .jobs.filter(({ process, launch }) => process && process.pid === launch?.process.pid).length;
}
