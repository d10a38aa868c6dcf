import { messageOf } from "../errors.ts";
import type { JobRecord } from "../state/job-record.ts";
import type { Fleet } from "./fleet.ts";

// The clock is looked at again after this long: it may have been set, or the machine suspended.
const longestSleep = 30_000;

/** Wakes waiting jobs when their time has come. */
export class Waker {
  readonly #fleet: Fleet;
  readonly #onWake: (jobId: string) => void;
  readonly #own = new Set<string>();
  #everything = false;
  #sleep: AbortController | undefined;

  constructor(fleet: Fleet, onWake: (jobId: string) => void) {
    this.#fleet = fleet;
    this.#onWake = onWake;
  }

  /** Jobs of this process that wait for their time. */
  get waiting(): number {
    return this.#own.size;
  }

  /** From now on wakes every waiting job, not only this process's own: what a daemon does. */
  watchEverything(): void {
    this.#everything = true;
    this.look();
  }

  /** Wakes this job, too, if it waits for a time. */
  watch(jobId: string): void {
    const job = this.#fleet.store.jobs.get(jobId);
    // Somebody has answered what it waits for as soon as it did.
    if (job?.status === "queued") this.#onWake(jobId);
    if (job?.status !== "waiting") return;
    this.#own.add(jobId);
    this.look();
  }

  /** Takes up those of this process's jobs that somebody else has woken. */
  followOwn(): void {
    for (const id of this.#own) {
      if (this.#fleet.store.jobs.get(id)?.status !== "queued") continue;
      this.#own.delete(id);
      this.#onWake(id);
    }
  }

  /** Looks who is due, and sleeps until the next one is. */
  look(): void {
    this.#sleep?.abort();
    const sleep = new AbortController();
    this.#sleep = sleep;
    void this.#wakeDue(sleep.signal);
  }

  /** Wakes nobody more. */
  stop(): void {
    this.#sleep?.abort();
    this.#everything = false;
    this.#own.clear();
  }

  async #wakeDue(stop: AbortSignal): Promise<void> {
    const { clock, log } = this.#fleet;
    while (!stop.aborted) {
      const waiting = this.#waitingJobs();
      if (waiting.length === 0) return;
      const now = clock.now();
      const due = waiting.filter((job) => wakeTime(job) <= now);
      await Promise.all(due.map((job) => this.#wake(job.id))).catch((error: unknown) =>
        log.error(`cannot wake jobs: ${messageOf(error)}`),
      );
      const next = Math.min(...waiting.map(wakeTime).filter((time) => time > now));
      const wait = Math.min(next - now, longestSleep);
      await clock.sleep(wait, stop).catch(() => undefined);
    }
  }

  async #wake(jobId: string): Promise<void> {
    this.#own.delete(jobId);
    if (await this.#fleet.store.jobs.wake(jobId)) this.#onWake(jobId);
  }

  #waitingJobs(): readonly JobRecord[] {
    const waiting = this.#fleet.store.jobs
      .live()
      .filter((job) => job.status === "waiting" && job.wakeAt !== undefined);
    this.followOwn();
    const ids = new Set(waiting.map((job) => job.id));
    for (const id of this.#own) if (!ids.has(id)) this.#own.delete(id);
    return this.#everything ? waiting : waiting.filter((job) => this.#own.has(job.id));
  }
}

function wakeTime({ wakeAt }: JobRecord): number {
  return wakeAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(wakeAt);
}
