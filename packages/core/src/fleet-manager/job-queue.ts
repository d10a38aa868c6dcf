import { messageOf } from "../errors.ts";
import type { JobRecord } from "../state/job-record.ts";
import { type Fleet, fleetLimitOf, limitOf, type RunningJob } from "./fleet.ts";
import { ApprovalMonitor } from "./approvals/approval-monitor.ts";
import { finishJob, leaveJob } from "./end-attempt.ts";
import { readPauses } from "./pause.ts";
import { leaseEnd, leaseMs } from "./take-job.ts";
import { Waker } from "./waker.ts";

/** Runs one admitted job to its end. */
export type RunJob = (
  record: JobRecord,
  ask: Pick<RunningJob, "cancel" | "leave">,
) => Promise<void>;

/**
 * Admits queued jobs, one durable queue for every trigger. The store decides, in one transaction and
 * over all processes, what may run; this class asks it whenever that may have changed.
 */
export class JobQueue {
  readonly #fleet: Fleet;
  readonly #run: RunJob;
  readonly #running: Map<string, RunningJob>;
  readonly #own = new Set<string>();
  readonly #unannounced = new Set<string>();
  readonly #waker: Waker;
  readonly #approvals: ApprovalMonitor;
  #stopWatching: (() => void) | undefined;
  #renewal: NodeJS.Timeout | undefined;
  #admission: Promise<void> | undefined;
  #again = false;
  #open = true;
  #everything = false;

  constructor(fleet: Fleet, running: Map<string, RunningJob>, run: RunJob) {
    this.#fleet = fleet;
    this.#running = running;
    this.#run = run;
    this.#waker = new Waker(fleet, (jobId) => this.add(jobId));
    this.#approvals = new ApprovalMonitor(fleet);
  }

  /** Takes jobs up again after {@link close}. */
  open(): void {
    this.#open = true;
  }

  /** From now on admits every queued job, not only this process's own: what a daemon does. */
  admitEverything(): void {
    this.open();
    this.#everything = true;
    this.#own.clear();
    this.#watch();
    this.#waker.watchEverything();
    this.kick();
  }

  /** Admits this job of ours as soon as the limits allow. */
  add(jobId: string): void {
    // Stored while the fleet stopped: it runs after the next start.
    if (!this.#open) return;
    if (!this.#everything) this.#own.add(jobId);
    this.#unannounced.add(jobId);
    this.#watch();
    this.kick();
  }

  /** Goes on with a running job that was taken over. */
  join(record: JobRecord): void {
    if (this.#open) this.#start(record);
    // Nobody would wait for it: the next start takes it over.
    else void leaveJob(this.#fleet, record);
  }

  /** Takes up a job, whether it is queued or waits for its time. */
  accept({ id, status }: JobRecord): void {
    if (status !== "waiting") this.add(id);
    // Without a daemon, a job for later is left to the next one.
    else if (this.#everything) this.#waker.watch(id);
  }

  /** Admits nothing more. */
  async close(): Promise<void> {
    this.#open = false;
    this.#everything = false;
    this.#own.clear();
    this.#waker.stop();
    await this.#admission;
    this.#unwatchWhenIdle();
  }

  /** Looks whether something may run now. */
  kick(): void {
    this.#again = true;
    this.#admission ??= this.#admit()
      .catch((error: unknown) => {
        this.#fleet.log.error(`cannot admit jobs: ${messageOf(error)}`);
      })
      .finally(() => {
        this.#admission = undefined;
        // Asked again after the last look.
        if (this.#again && this.#open) this.kick();
      });
  }

  async #admit(): Promise<void> {
    while (this.#again && this.#open) {
      this.#again = false;
      for (const record of await this.#fleet.store.jobs.admit(this.#request())) this.#start(record);
    }
    this.#announceQueued();
  }

  // What was added and could not start at once is waiting for its turn.
  #announceQueued(): void {
    if (this.#unannounced.size === 0) return;
    for (const [index, { id, agentName }] of this.#fleet.store.jobs.queue().entries()) {
      if (!this.#unannounced.has(id)) continue;
      this.#fleet.conversations.get(id)?.onQueued(index + 1);
      this.#fleet.emit("job:queued", { jobId: id, agentName, position: index + 1 });
    }
    this.#unannounced.clear();
  }

  #request(): Parameters<Fleet["store"]["jobs"]["admit"]>[0] {
    const { config, node } = this.#fleet;
    const fleetWide = fleetLimitOf(this.#fleet);
    const isPaused = readPauses(this.#fleet);
    return {
      node,
      leaseUntil: leaseEnd(this.#fleet),
      perAgent: Object.fromEntries(
        config.agents
          .filter((agent) => !isPaused(agent.qualifiedName))
          .map((agent) => [agent.qualifiedName, limitOf(this.#fleet, agent)]),
      ),
      ...(fleetWide !== undefined && { fleetWide }),
      conversations: [...this.#fleet.conversations.keys()],
      ...(!this.#everything && { only: [...this.#own] }),
    };
  }

  #start(record: JobRecord): void {
    this.#own.delete(record.id);
    const cancel = new AbortController();
    const leave = new AbortController();
    const ended = this.#runToEnd(record, { cancel, leave });
    this.#running.set(record.id, { record, cancel, leave, ended });
    this.#renewal ??= setInterval(() => this.#renew(), leaseMs / 3);
  }

  async #runToEnd(record: JobRecord, ask: Pick<RunningJob, "cancel" | "leave">): Promise<void> {
    const { id, agentName } = record;
    try {
      await this.#run(record, ask);
    } catch (error) {
      const message = messageOf(error);
      this.#fleet.log.error(`cannot end job ${id}: ${message}`, { agentName, jobId: id });
      await finishJob(this.#fleet, record, {
        end: { status: "failed", exitReason: "error", error: { message, code: "INTERNAL" } },
      });
    }
    this.#running.delete(id);
    if (this.#open) this.#waker.watch(id);
    this.#fleet.watch.notify();
    this.#unwatchWhenIdle();
    this.kick();
  }

  // Another process may have queued or finished a job, or asked for the end of one of ours.
  #watch(): void {
    if (!this.#stopWatching) this.#approvals.look();
    this.#stopWatching ??= this.#fleet.watch.onChange((byOthers) => {
      this.#approvals.look();
      if (this.#open) this.#waker.followOwn();
      if (byOthers) this.#obeyCancels();
      for (const id of this.#own) {
        if (this.#fleet.store.jobs.get(id)?.status !== "queued") this.#own.delete(id);
      }
      if (this.#open && (this.#everything || this.#own.size > 0)) this.kick();
      this.#unwatchWhenIdle();
    });
  }

  // This process aborts what it cancels itself.
  #obeyCancels(): void {
    for (const { record, cancel } of this.#running.values()) {
      const cause = this.#fleet.store.jobs.get(record.id)?.cancelCause;
      if (cause !== undefined && !cancel.signal.aborted) cancel.abort(cause);
    }
  }

  #unwatchWhenIdle(): void {
    if (this.#everything || this.#own.size > 0) return;
    if (this.#running.size > 0 || this.#waker.waiting > 0) return;
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    clearInterval(this.#renewal);
    this.#renewal = undefined;
  }

  #renew(): void {
    const { store, node, log } = this.#fleet;
    store.jobs
      .renewLeases(node, leaseEnd(this.#fleet))
      .catch((error: unknown) => log.error(`cannot renew leases: ${messageOf(error)}`));
  }
}
