import { FleetManagerError } from "../errors.ts";
import { createJobId } from "../ids.ts";
import { jobOutputFile, openJobOutput } from "./job-output.ts";
import type { JobRecord } from "./job-record.ts";
import type { StateManager } from "./manager.ts";
import type { OutputEntry, OutputLine } from "./output-line.ts";
import type { FinishJob, JobPatch, NewJob } from "./store.ts";

/** What a new job needs; the rest has defaults. */
export type CreateJobOptions = Pick<NewJob, "agentName" | "prompt" | "workingDirectory"> &
  Partial<NewJob>;

/** A change of a job: to `running` under an owner, of its fields while it runs, or its end. */
export type JobChange =
  | { readonly status: "running"; readonly node: string; readonly leaseUntil: string }
  | (JobPatch & { readonly status?: never })
  | FinishJob;

/**
 * Stores a new job as `queued`.
 *
 * @throws {FleetManagerError} `INVALID_REQUEST` when there is a job with this id already.
 */
export async function createJob(state: StateManager, job: CreateJobOptions): Promise<JobRecord> {
  const record = await state.store.jobs.enqueue({
    id: createJobId(state.clock.now()),
    trigger: "manual",
    priority: 0,
    runtime: "sdk",
    ...job,
  });
  if (record) return record;
  throw new FleetManagerError("A job without a limit was refused.", { code: "INTERNAL" });
}

/**
 * Changes a job through the same guarded commands that a fleet uses.
 *
 * @throws {FleetManagerError} `JOB_NOT_FOUND`, or `INVALID_STATE` when its status does not allow the change.
 */
export async function updateJob(
  state: StateManager,
  jobId: string,
  change: JobChange,
): Promise<JobRecord> {
  const job = find(state, jobId);
  const isDone = await apply(state, job, change);
  const updated = find(state, jobId);
  if (isDone) return updated;
  throw new FleetManagerError(
    `Job "${jobId}" is ${updated.status}: it cannot be changed like this.`,
    { code: "INVALID_STATE", context: { jobId, currentState: updated.status } },
  );
}

/**
 * Appends one entry to the output of a job that nobody else writes to; for more than a few, keep
 * the writer of {@link openJobOutput}.
 *
 * @throws {FleetManagerError} `JOB_NOT_FOUND`, or `STATE_DIR` when it cannot be written.
 */
export async function appendJobOutput(
  state: StateManager,
  jobId: string,
  entry: OutputEntry,
): Promise<OutputLine> {
  const { attempt } = find(state, jobId);
  const file = jobOutputFile(state.stateDir, jobId);
  const output = await openJobOutput({ file, attempt, clock: state.clock });
  try {
    return output.append(entry);
  } finally {
    await output.close();
  }
}

async function apply(state: StateManager, job: JobRecord, change: JobChange): Promise<boolean> {
  const { jobs } = state.store;
  if (change.status === undefined) return jobs.update(job, change);
  if (change.status !== "running") return jobs.finish(job, change);
  const { node, leaseUntil } = change;
  const perAgent = { [job.agentName]: Number.MAX_SAFE_INTEGER };
  const admitted = await jobs.admit({ node, leaseUntil, perAgent, only: [job.id] });
  return admitted.length > 0;
}

function find(state: StateManager, jobId: string): JobRecord {
  const job = state.store.jobs.get(jobId);
  if (job) return job;
  throw new FleetManagerError(`There is no job "${jobId}".`, {
    code: "JOB_NOT_FOUND",
    context: { jobId },
  });
}
