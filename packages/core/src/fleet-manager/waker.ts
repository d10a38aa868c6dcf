import { messageOf } from "../errors.ts";
import type { JobRecord } from "../state/job-record.ts";
import type { Fleet } from "./fleet.ts";

// The clock is looked at again after this long: it may have been set, or the machine suspended.
const longestSleep = 30_000;
// What could not be read or stored may be possible again soon.
const troubledSleep = 5_000;

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
    if (!this.#mayWait(jobId)) return;
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
    void this.#keepLooking(sleep.signal);
  }

  /** Wakes nobody more. */
  stop(): void {
    this.#sleep?.abort();
    this.#everything = false;
    this.#own.clear();
  }

  // What cannot be read is looked at more closely later.
  #mayWait(jobId: string): boolean {
    try {
      const status = this.#fleet.store.jobs.get(jobId)?.status;
      // Somebody may have answered what it waits for as soon as it did.
      return status === "waiting" || status === "queued";
    } catch {
      return true;
    }
  }

  async #keepLooking(stop: AbortSignal): Promise<void> {
    const { clock, log } = this.#fleet;
    while (!stop.aborted) {
      const wait = await this.#wakeDue().catch((error: unknown) => {
        log.error(`cannot wake jobs: ${messageOf(error)}`);
        return troubledSleep;
      });
      if (wait === undefined) return;
      await clock.sleep(wait, stop).catch(() => undefined);
    }
  }

  /** Resolves with the milliseconds until the next look, if there is anything to look for. */
  async #wakeDue(): Promise<number | undefined> {
    const waiting = this.#waitingJobs();
    if (waiting.length === 0) return undefined;
    const now = this.#fleet.clock.now();
    const due = waiting.filter((job) => wakeTime(job) <= now);
    await Promise.all(due.map((job) => this.#wake(job.id)));
    const next = Math.min(...waiting.map(wakeTime).filter((time) => time > now));
    return Math.min(next - now, longestSleep);
  }

  async #wake(jobId: string): Promise<void> {
    const isOwn = this.#own.has(jobId);
    if (!(await this.#fleet.store.jobs.wake(jobId))) return;
    // Followed meanwhile, it is taken up already.
    if (isOwn && !this.#own.delete(jobId)) return;
    this.#onWake(jobId);
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
