import { type Job, type JobFilter, openJobHistory } from "@herdctl/core";
import type { Context } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";
import { findState } from "../place.ts";
import { formatOutcome } from "../render/outcome.ts";
import { formatRelative } from "../terminal/format.ts";
import type { Candidate } from "./wanted-value.ts";

const most = 30;

/** The newest jobs. */
export async function knownJobs(
  options: GlobalOptions,
  context: Context,
): Promise<readonly Candidate[]> {
  const jobs = await readJobs({}, options, context);
  return [{ value: "latest", description: "the newest job" }, ...jobs.map(toCandidate)];
}

/** Jobs that are not over. */
export async function knownLiveJobs(
  options: GlobalOptions,
  context: Context,
): Promise<readonly Candidate[]> {
  const lists = await Promise.all(
    (["running", "waiting", "queued"] as const).map((status) =>
      readJobs({ status }, options, context),
    ),
  );
  return lists.flat().map(toCandidate);
}

/** Sessions of the newest jobs. */
export async function knownSessions(
  options: GlobalOptions,
  context: Context,
): Promise<readonly Candidate[]> {
  const jobs = await readJobs({}, options, context);
  const newest = new Map<string, Candidate>();
  for (const job of jobs) {
    const { sessionId: value } = job;
    if (value !== undefined && !newest.has(value))
      newest.set(value, { ...toCandidate(job), value });
  }
  return [...newest.values()];
}

/** Requests that jobs wait for. */
export async function knownApprovals(
  options: GlobalOptions,
  context: Context,
): Promise<readonly Candidate[]> {
  const jobs = await readJobs({ status: "waiting" }, options, context);
  return jobs.flatMap((job) =>
    job.approvalId === undefined ? [] : [{ ...toCandidate(job), value: job.approvalId }],
  );
}

async function readJobs(
  filter: JobFilter,
  options: GlobalOptions,
  context: Context,
): Promise<readonly Job[]> {
  const { stateDir } = await findState(options, context);
  await using history = await openJobHistory({ stateDir, env: context.env });
  return history.getJobPage({ limit: most, ...filter }).jobs;
}

function toCandidate(job: Job): Candidate {
  const when = formatRelative(job.createdAt, Date.now());
  return { value: job.id, description: `${job.agentName}, ${formatOutcome(job)}, ${when}` };
}
