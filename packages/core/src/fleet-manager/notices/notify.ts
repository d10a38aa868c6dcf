import { EventEmitter } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { messageOf } from "../../errors.ts";
import { createSafeEmit, type Emit } from "../emit-safely.ts";
import type { FleetEvents } from "../event-types.ts";
import type { Fleet } from "../fleet.ts";
import {
  approvalNotice,
  failedNotice,
  missedNotice,
  type Notice,
  type NoticeFacts,
  summaryNotice,
  waitingNotice,
} from "./notice.ts";
import { sendNotice } from "./send-notice.ts";

// More than this in a minute are told in one notice.
const mostNotices = 10;
const windowMs = 60_000;
// Of those that are held back, this many are remembered.
const mostHeld = 10_000;
const closeDeadline = 5_000;

type NotifierFleet = Pick<Fleet, "clock" | "config" | "env" | "log" | "redactor" | "store">;

/** Tells a person what needs one, as the fleet's `notify` says. Failures are only logged. */
export class Notifier {
  /** Hears every event of the fleet. */
  readonly hear: Emit;
  readonly #fleet: NotifierFleet;
  readonly #closed = new AbortController();
  readonly #sending = new Set<Promise<void>>();
  #sentAt: number[] = [];
  #held: Notice[] = [];
  #timer: AbortController | undefined;

  constructor(fleet: NotifierFleet) {
    this.#fleet = fleet;
    const events = new EventEmitter<FleetEvents>();
    this.hear = createSafeEmit(events, (error) => this.#warn(messageOf(error)));
    events.on("job:failed", ({ jobId }) => {
      const job = fleet.store.jobs.get(jobId);
      if (job) this.#tell(failedNotice(job));
    });
    events.on("job:waiting", ({ jobId }) => {
      const job = fleet.store.jobs.get(jobId);
      const notice = job && waitingNotice(job);
      if (notice) this.#tell(notice);
    });
    events.on("approval:requested", ({ approval }) => this.#tell(approvalNotice(approval)));
    events.on("schedule:missed", (missed) => this.#tell(missedNotice(missed)));
  }

  /** Tells what was held back, and waits a moment for what is on its way. */
  async close(): Promise<void> {
    this.#timer?.abort();
    this.#tellHeld();
    const timer = new AbortController();
    const sent = Promise.all(this.#sending).then(() => timer.abort());
    await delay(closeDeadline, undefined, { signal: timer.signal }).catch(() => undefined);
    this.#closed.abort();
    await sent;
  }

  #tell(facts: NoticeFacts): void {
    const { notify, name } = this.#fleet.config.fleet;
    if (!notify?.on.some((event) => event === facts.event)) return;
    const now = this.#fleet.clock.now();
    const notice = {
      ...facts,
      timestamp: new Date(now).toISOString(),
      ...(name !== undefined && { fleet: name }),
    };
    this.#sentAt = this.#sentAt.filter((at) => at > now - windowMs);
    if (this.#held.length === 0 && this.#sentAt.length < mostNotices) return this.#send(notice);
    if (this.#held.length < mostHeld) this.#held.push(notice);
    if (!this.#timer) void this.#tellLater((this.#sentAt[0] ?? now) + windowMs - now);
  }

  async #tellLater(ms: number): Promise<void> {
    const timer = new AbortController();
    this.#timer = timer;
    await this.#fleet.clock.sleep(ms, timer.signal).catch(() => undefined);
    this.#timer = undefined;
    if (!timer.signal.aborted) this.#tellHeld();
  }

  #tellHeld(): void {
    const held = this.#held;
    this.#held = [];
    const [only] = held;
    const last = held.at(-1);
    if (!only || !last) return;
    const { fleet } = last;
    const summary = {
      ...summaryNotice(held),
      timestamp: last.timestamp,
      ...(fleet !== undefined && { fleet }),
    };
    this.#send(held.length === 1 ? only : summary);
  }

  #send(notice: Notice): void {
    const { config, env, clock, redactor } = this.#fleet;
    const { notify } = config.fleet;
    if (!notify) return;
    this.#sentAt.push(clock.now());
    const route = { notify, cwd: config.configDir, env, clock, signal: this.#closed.signal };
    const sending = sendNotice(redactor.value(notice), route)
      .then((problems) => {
        for (const problem of problems) this.#warn(problem);
      })
      .catch((error: unknown) => this.#warn(messageOf(error)))
      .finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }

  #warn(message: string): void {
    this.#fleet.log.warn(message, { source: "notify" });
  }
}
