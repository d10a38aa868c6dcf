import type { Scheduler } from "../scheduler/scheduler.ts";
import type { Fleet } from "./fleet.ts";
import type { JobQueue } from "./job-queue.ts";

/** What a fleet manager has once it is initialized. */
export interface FleetParts {
  readonly fleet: Fleet;
  readonly queue: JobQueue;
  readonly scheduler: Scheduler;
}
