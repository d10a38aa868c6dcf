import { EventEmitter } from "node:events";
import type { Span } from "@opentelemetry/api";
import { messageOf } from "../../errors.ts";
import type { JobRecord } from "../../state/job-record.ts";
import { createSafeEmit, type Emit } from "../emit-safely.ts";
import type { FleetEvents } from "../event-types.ts";
import type { Fleet } from "../fleet.ts";
import { endAttributes, startAttributes } from "./attributes.ts";
import { RunSpans } from "./run-spans.ts";
import type { Spans } from "./spans.ts";
import { parseTraceparent, toTraceparent } from "./traceparent.ts";

type TracedFleet = Pick<Fleet, "clock" | "log" | "redactor" | "store">;

interface Run {
  /** At its start. */
  readonly job: JobRecord;
  readonly span: Span;
  readonly inside: RunSpans;
}

/**
 * Traces every run of a job that this process has: run → turn → tool call. A run ends when the job
 * ends, waits, or is left to another process; what comes after is a run of its own, with a link back.
 */
export class JobTracer {
  /** Hears every event of the fleet. */
  readonly hear: Emit;
  readonly #fleet: TracedFleet;
  readonly #spans: Spans;
  readonly #runs = new Map<string, Run>();

  constructor(fleet: TracedFleet, spans: Spans) {
    this.#fleet = fleet;
    this.#spans = spans;
    const events = new EventEmitter<FleetEvents>();
    this.hear = createSafeEmit(events, (error) => {
      fleet.log.warn(`cannot trace: ${messageOf(error)}`);
    });
    events.on("agent:started", ({ jobId }) => this.#begin(jobId));
    events.on("job:output", ({ jobId, line }) => this.#runs.get(jobId)?.inside.add(line));
    events.on("agent:stopped", ({ jobId, reason }) => this.#end(jobId, reason));
  }

  /** The running span of a job, as an environment variable carries it. */
  traceparent(jobId: string): string | undefined {
    const run = this.#runs.get(jobId);
    return run && toTraceparent(run.span.spanContext());
  }

  /** Ends what is open. */
  close(): void {
    const at = this.#fleet.clock.now();
    for (const { span, inside } of this.#runs.values()) {
      inside.close(at);
      span.end(at);
    }
    this.#runs.clear();
  }

  #begin(jobId: string): void {
    const job = this.#fleet.store.jobs.get(jobId);
    if (!job || this.#runs.has(jobId)) return;
    const at = this.#fleet.clock.now();
    const span = this.#beginSpan(job, at);
    this.#runs.set(jobId, { job, span, inside: new RunSpans(this.#spans, span, at) });
    this.#keep(job, toTraceparent(span.spanContext()));
  }

  #beginSpan(job: JobRecord, at: number): Span {
    const earlier = job.traceparent === undefined ? undefined : parseTraceparent(job.traceparent);
    return this.#spans.begin({
      name: `invoke_agent ${job.agentName}`,
      kind: "internal",
      attributes: startAttributes(job),
      at,
      parent: this.#parentOf(job),
      links: earlier ? [{ context: earlier }] : [],
    });
  }

  #parentOf({ parentJobId }: JobRecord): ReturnType<typeof parseTraceparent> {
    const parent = parentJobId === undefined ? undefined : this.#fleet.store.jobs.get(parentJobId);
    return parent?.traceparent === undefined ? undefined : parseTraceparent(parent.traceparent);
  }

  // For whoever goes on with the job: perhaps another process.
  #keep({ id, fence }: JobRecord, traceparent: string): void {
    this.#fleet.store.jobs.update({ id, fence }, { traceparent }).catch((error: unknown) => {
      this.#fleet.log.warn(`the trace of job ${id} is not kept: ${messageOf(error)}`);
    });
  }

  #end(jobId: string, reason: string): void {
    const job = this.#fleet.store.jobs.get(jobId);
    if (!job) return;
    const at = this.#fleet.clock.now();
    const run = this.#runs.get(jobId) ?? this.#lostRun(job, reason);
    if (!run) return;
    this.#runs.delete(jobId);
    run.inside.close(at);
    run.span.setAttributes(endAttributes(run.job, job, reason));
    if (job.status === "failed") {
      const message = this.#fleet.redactor.text(job.error?.message ?? reason);
      this.#spans.fail(run.span, reason, message);
    }
    run.span.end(at);
  }

  // The process that had the span of this run died with it.
  #lostRun(job: JobRecord, reason: string): Run | undefined {
    if (reason !== "interrupted" || job.startedAt === undefined) return undefined;
    const at = Date.parse(job.startedAt);
    const span = this.#beginSpan(job, at);
    return { job, span, inside: new RunSpans(this.#spans, span, at) };
  }
}
