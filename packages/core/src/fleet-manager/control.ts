import { FleetManagerError } from "../errors.ts";
import { endProcesses } from "../processes/reap.ts";
import { isFinal, type JobRecord } from "../state/job-record.ts";
import type { FinishJob } from "../state/store.ts";
import { agentLeft } from "./agent-snapshot.ts";
import { clearUp } from "./clear-up.ts";
import { finishJob, parkJob, type Parking } from "./end-attempt.ts";
import { InvalidStateError, JobNotFoundError } from "./errors.ts";
import type { Fleet } from "./fleet.ts";
import { runEndHooks } from "./job-hooks.ts";
import { settleEndedWork } from "./job-work.ts";
import { isNodeAlive } from "../runner/node-identity.ts";
import { sessionLeft } from "./sessions/session-record.ts";
import { reportEnd, warnOfSurvivors } from "./report-end.ts";
import { takeJob } from "./take-job.ts";

// An owner acts on a cancel within half a second and ends everything within its own deadlines.
const cancelDeadline = 60_000;
// How often is looked whether the owner still lives.
const ownerInterval = 500;

/** Finds a job by id, unique prefix, or `latest`. */
export function resolveJobId(fleet: Pick<Fleet, "store">, text: string): string {
  if (text === "latest") {
    const latest = fleet.store.jobs.latestId();
    if (latest !== undefined) return latest;
    throw new JobNotFoundError(text);
  }
  if (fleet.store.jobs.get(text)) return text;
  const prefix = text.toLowerCase();
  const ids = fleet.store.jobs.idsWithPrefix(
    prefix.startsWith("job-") ? prefix : `job-${prefix}`,
    4,
  );
  const [only] = ids;
  if (only !== undefined && ids.length === 1 && prefix !== "") return only;
  throw new JobNotFoundError(text, ids);
}

type Watched = Pick<Fleet, "store" | "watch" | "unstored">;

/** Resolves with the finished job, whoever runs it. */
export async function waitForEnd(
  fleet: Watched,
  id: string,
  signal?: AbortSignal,
): Promise<JobRecord> {
  return fleet.watch.until(() => {
    const record = fleet.store.jobs.get(id);
    if (!record) throw new JobNotFoundError(id);
    if (isFinal(record.status)) return record;
    if (fleet.unstored.has(id)) {
      throw new FleetManagerError(`The end of job ${id} could not be stored: see the log.`, {
        code: "STATE_DIR",
        context: { jobId: id },
      });
    }
    return undefined;
  }, signal);
}

/**
 * Ends a job and resolves once nothing of it is alive. The request is durable first, so that it holds
 * whoever owns the job; a second cancel joins the first.
 */
export async function cancelJob(fleet: Fleet, id: string, cause: string): Promise<void> {
  if ((await requestEnd(fleet, id, cause)) === "cancelled") {
    await settleEndedWork(fleet);
    return reportEnd(fleet, id);
  }
  const running = fleet.running.get(id);
  if (running) {
    running.cancel.abort(fleet.store.jobs.get(id)?.cancelCause ?? cause);
    await running.ended;
    // Left to itself at this very moment, its claude goes on: it is ended like that of a dead owner.
    if (fleet.store.jobs.get(id)?.status !== "running") return;
  }
  const end = { status: "cancelled", exitReason: "cancelled" } as const;
  const deadline = AbortSignal.timeout(cancelDeadline);
  for (;;) {
    const abandoned = await waitForOwner(fleet, id, deadline);
    if (!abandoned || (await endAbandoned(fleet, abandoned, () => ({ end })))) return;
  }
}

/**
 * Waits for the end of a job that is to end; resolves with its record when its owner has died before.
 *
 * @throws `TIMEOUT` when it has not ended in time
 */
export async function waitForOwner(
  fleet: Watched,
  id: string,
  deadline: AbortSignal = AbortSignal.timeout(cancelDeadline),
): Promise<JobRecord | undefined> {
  for (;;) {
    const record = fleet.store.jobs.get(id);
    const isOwned = record?.node !== undefined && isNodeAlive(record.node);
    if (record?.status === "running" && !isOwned) return record;
    const look = AbortSignal.any([deadline, AbortSignal.timeout(ownerInterval)]);
    const ended = await waitForEnd(fleet, id, look).catch((error: unknown) => {
      if (error !== look.reason) throw error;
      return undefined;
    });
    if (ended) return undefined;
    if (deadline.aborted) throw notEnded(id);
  }
}

function notEnded(id: string): FleetManagerError {
  const message =
    `Job ${id} has not ended within ${cancelDeadline / 1_000} s. That it is to end is stored: whoever ` +
    "runs it goes on with that.";
  return new FleetManagerError(message, { code: "TIMEOUT", context: { jobId: id } });
}

/** Stores that a job is to end; `cancelled`: nobody runs it, and it is over. */
export async function requestEnd(
  { store }: Pick<Fleet, "store">,
  id: string,
  cause: string,
): Promise<"cancelled" | "requested"> {
  const answer = await store.jobs.requestCancel(id, cause);
  if (answer === "missing") throw new JobNotFoundError(id);
  if (answer !== "final") return answer;
  const status = store.jobs.get(id)?.status ?? "finished";
  throw new InvalidStateError(`cancel job ${id}`, status, "queued, running or waiting");
}

/** Ends every job that is not over, of one agent or of all; resolves with their ids. */
export function cancelAll(fleet: Fleet, agentName?: string): Promise<readonly string[]> {
  return cancelEach(fleet.store, agentName, (id) => cancelJob(fleet, id, "user"));
}

/** The same with another way to end one. */
export async function cancelEach(
  store: Fleet["store"],
  agentName: string | undefined,
  cancel: (id: string) => Promise<void>,
): Promise<readonly string[]> {
  const live = store.jobs
    .live()
    .filter((job) => agentName === undefined || job.agentName === agentName)
    // Queued ones first, or each that ends would let the next one start.
    .toSorted((a, b) => Number(a.status === "running") - Number(b.status === "running"));
  const cancelled = await Promise.all(
    live.map(async ({ id }) => {
      try {
        await cancel(id);
        return [id];
      } catch (error) {
        if (error instanceof InvalidStateError) return [];
        throw error;
      }
    }),
  );
  return cancelled.flat();
}

// A second cancel joins the first: nothing can ask for the end of what is ending.
const uncancelled = new AbortController().signal;

/** What becomes of a job whose owner died. */
type AbandonedNext = { readonly end: FinishJob } | { readonly wait: Parking };
type AbandonedEnd = (taken: JobRecord) => AbandonedNext | Promise<AbandonedNext>;

/**
 * Ends what is left of a job whose owner died, then records what becomes of it. Returns `false` when
 * somebody else took it meanwhile.
 */
export async function endAbandoned(
  fleet: Fleet,
  job: JobRecord,
  decide: AbandonedEnd,
): Promise<boolean> {
  const taken = await takeJob(fleet, job);
  if (!taken) return false;
  try {
    await settleAbandoned(fleet, taken, decide);
    return true;
  } catch (error) {
    // Whoever looks next tries again.
    await fleet.store.jobs.leave({ id: taken.id, fence: taken.fence });
    throw error;
  }
}

async function settleAbandoned(
  fleet: Fleet,
  taken: JobRecord,
  decide: AbandonedEnd,
): Promise<void> {
  if (taken.process) warnOfSurvivors(fleet, taken, await endProcesses(taken.process));
  const agent = agentLeft(fleet, taken);
  await clearUp(fleet, taken, agent);
  const isSettled = taken.settled !== undefined && taken.cancelCause === undefined;
  const next = isSettled ? { end: taken.settled } : await decide(taken);
  if ("wait" in next) {
    await parkJob(fleet, taken, next.wait);
  } else {
    const session = agent && (await sessionLeft(fleet, { record: taken, agent }));
    const end = { ...next, ...(session && { session }), agent, cancel: uncancelled };
    const settled = await runEndHooks(fleet, taken, end);
    await finishJob(fleet, taken, settled);
  }
}
