import { EventEmitter } from "node:events";
import { systemClock } from "../clock.ts";
import { loadConfig } from "../config/load.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import { messageOf } from "../errors.ts";
import { silentLogger } from "../logger.ts";
import { createRedactor, type Redactor } from "../redact.ts";
import { Scheduler } from "../scheduler/scheduler.ts";
import { StateManager } from "../state/manager.ts";
import type { OutputLine } from "../state/output-line.ts";
import { cancelJob, resolveJobId, waitForEnd } from "./control.ts";
import { createSafeEmit, type Emit } from "./emit-safely.ts";
import { InvalidStateError, JobNotFoundError } from "./errors.ts";
import type { FleetEvents } from "./event-types.ts";
import { type Fleet, findAgent, type RunningJob } from "./fleet.ts";
import { FleetLog } from "./fleet-log.ts";
import { JobQueue } from "./job-queue.ts";
import { toJob } from "./job-view.ts";
import { type JobLinesOptions, streamJobLines, streamJobOutput } from "./log-streaming.ts";
import { createNodeId } from "./node-identity.ts";
import { planTrigger } from "./plan-trigger.ts";
import { sweepOutputs } from "./prune-history.ts";
import * as queries from "./queries.ts";
import { runJob } from "./run-job.ts";
import { fireSchedule, reportMissed, scheduleEntries } from "./schedules.ts";
import { drainJobs } from "./drain-jobs.ts";
import { StoreWatch } from "./store-watch.ts";
import { takeOverAbandoned } from "./takeover.ts";
import { acceptTrigger, checkRunnable, recordTrigger } from "./trigger.ts";
import type {
  AgentInfo,
  FleetManagerOptions,
  FleetState,
  FleetStatus,
  Job,
  JobFilter,
  JobList,
  LogEntry,
  LogStreamOptions,
  QueueInfo,
  ScheduleInfo,
  StopOptions,
  TriggerOptions,
  TriggerPlan,
} from "./types.ts";

const defaultCheckInterval = 30_000;

/**
 * Runs a fleet: loads its configuration, fires its schedules, runs and records its jobs.
 *
 * @example
 * ```ts
 * const fleet = new FleetManager({ configPath: "./agents", stateDir: "./.herdctl" });
 * await fleet.initialize();
 * await fleet.start();
 * const job = await fleet.trigger("pr-reviewer");
 * console.log((await fleet.waitForJob(job.id)).result);
 * await fleet.stop();
 * ```
 */
export class FleetManager extends EventEmitter<FleetEvents> {
  /** With `autoStart`: resolves once started, rejects when that failed. Otherwise resolved. */
  readonly ready: Promise<void>;
  readonly #options: FleetManagerOptions;
  readonly #emit: Emit;
  readonly #log: FleetLog;
  readonly #running = new Map<string, RunningJob>();
  #state: FleetState = "uninitialized";
  #redactor: Redactor = createRedactor([]);
  #parts: { fleet: Fleet; queue: JobQueue; scheduler: Scheduler } | undefined;
  #startedAt: number | undefined;
  #changing: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: FleetManagerOptions) {
    super();
    this.#options = options;
    const logger = options.logger ?? silentLogger;
    const emit = createSafeEmit(this, (error) => this.#log.error(messageOf(error)));
    this.#emit = emit;
    this.#log = new FleetLog({
      logger,
      clock: options.clock ?? systemClock,
      redactor: this.#redactor,
      onEntry: (entry) => emit("log", entry),
    });
    this.ready = options.autoStart ? this.initialize().then(() => this.start()) : Promise.resolve();
    // Whoever awaits `ready` still sees the failure; nobody has to.
    this.ready.catch((error: unknown) => this.#log.error(messageOf(error)));
  }

  /** Where the fleet manager is in its life. */
  get state(): FleetState {
    return this.#state;
  }

  /**
   * Loads the configuration and opens the state. Takes no lock: several processes may do this at once.
   *
   * @throws ConfigurationError, `STATE_DIR`, `STORE_TOO_NEW`; InvalidStateError when done already
   */
  initialize(): Promise<void> {
    return this.#change("initialize", ["uninitialized"], () => this.#initialize());
  }

  /**
   * Becomes the daemon of the state directory: settles what an earlier one left behind, runs queued
   * jobs and fires schedules. Also starts again after {@link stop}.
   *
   * @throws `STATE_LOCKED` when another process is; InvalidStateError when running
   */
  start(): Promise<void> {
    return this.#change("start", ["initialized", "stopped"], () => this.#start());
  }

  /**
   * Stops: no new jobs, running ones may finish within the timeout, then they are cancelled. Queued
   * jobs stay and run after the next start. Resolves when everything is on disk.
   */
  stop(options: StopOptions = {}): Promise<void> {
    this.#stopping ??= this.#stop(options).finally(() => {
      this.#stopping = undefined;
    });
    // A second, more urgent stop overtakes the first.
    if (options.waitForJobs === false) this.#cancelRunning();
    return this.#stopping;
  }

  /** The fleet at this instant. */
  getStatus(): FleetStatus {
    const { fleet, scheduler } = this.#open("get the status");
    return queries.getStatus(fleet, scheduler, this.#startedAt);
  }

  /** Every agent at this instant. */
  getAgents(): AgentInfo[] {
    const { fleet, scheduler } = this.#open("list agents");
    return queries.getAgents(fleet, scheduler);
  }

  /**
   * One agent, by qualified name, or by its bare name where that is unique.
   *
   * @throws AgentNotFoundError
   */
  getAgent(name: string): AgentInfo {
    const { fleet, scheduler } = this.#open("get an agent");
    return queries.getAgent(fleet, scheduler, name);
  }

  /** Jobs that match, newest first, without their output. */
  getJobs(filter: JobFilter = {}): Job[] {
    return [...this.getJobPage(filter).jobs];
  }

  /** Like {@link getJobs}, with the cursor of the next page. */
  getJobPage(filter: JobFilter = {}): JobList {
    return queries.getJobs(this.#open("list jobs").fleet, filter);
  }

  /**
   * One job with its output, by id, unique prefix, or `latest`.
   *
   * @throws JobNotFoundError
   */
  getJob(id: string): Job {
    const { fleet } = this.#open("get a job");
    const record = fleet.store.jobs.get(resolveJobId(fleet, id));
    if (!record) throw new JobNotFoundError(id);
    return queries.getJob(fleet, record);
  }

  /** Queued jobs in the order in which they will run. */
  getQueue(): QueueInfo {
    return queries.getQueue(this.#open("get the queue").fleet);
  }

  /** Every schedule with its next fire. */
  getSchedules(): ScheduleInfo[] {
    const { fleet, scheduler } = this.#open("list schedules");
    return queries.getSchedules(fleet, scheduler);
  }

  /**
   * One schedule.
   *
   * @throws AgentNotFoundError, ScheduleNotFoundError
   */
  getSchedule(agentName: string, scheduleName: string): ScheduleInfo {
    const { fleet, scheduler } = this.#open("get a schedule");
    return queries.getSchedule(fleet, scheduler, { agentName, scheduleName });
  }

  /**
   * Asks for a run of an agent; resolves once the job is stored. It runs when the limits allow.
   *
   * @throws AgentNotFoundError, ScheduleNotFoundError, `PROMPT_REQUIRED`, `WORKING_DIRECTORY`;
   * ConcurrencyLimitError with `queue: false`
   */
  async trigger(
    agentName: string,
    scheduleName?: string,
    options: TriggerOptions = {},
  ): Promise<Job> {
    this.#expect("trigger an agent", ["initialized", "running"]);
    const { fleet, queue } = this.#open("trigger an agent");
    const request = acceptTrigger(fleet, agentName, scheduleName, options);
    await checkRunnable(request, fleet.state.stateDir);
    const record = await recordTrigger(fleet, request);
    if (!record) throw new InvalidStateError("store the job", this.#state, "running");
    queue.add(record.id);
    return toJob(record, fleet.redactor);
  }

  /** What {@link trigger} would run, without running it. */
  async planTrigger(
    agentName: string,
    scheduleName?: string,
    options: TriggerOptions = {},
  ): Promise<TriggerPlan> {
    const { fleet } = this.#open("plan a trigger");
    return planTrigger(fleet, acceptTrigger(fleet, agentName, scheduleName, options));
  }

  /**
   * Resolves with the finished job, whichever process runs it.
   *
   * @throws JobNotFoundError
   */
  async waitForJob(id: string, options: { readonly signal?: AbortSignal } = {}): Promise<Job> {
    const { fleet } = this.#open("wait for a job");
    const record = await waitForEnd(fleet, resolveJobId(fleet, id), options.signal);
    return queries.getJob(fleet, record);
  }

  /**
   * Ends a job; resolves once nothing of it is alive. Works whichever process runs it.
   *
   * @throws JobNotFoundError; InvalidStateError when the job is over
   */
  async cancelJob(id: string): Promise<void> {
    const { fleet } = this.#open("cancel a job");
    await cancelJob(fleet, resolveJobId(fleet, id), "user");
  }

  /** The fleet's log: what is still known of the past, then live. */
  streamLogs(options: LogStreamOptions = {}): AsyncIterable<LogEntry> {
    return this.#log.stream(options);
  }

  /** An agent's part of the log. */
  streamAgentLogs(agentName: string, options: LogStreamOptions = {}): AsyncIterable<LogEntry> {
    const { fleet } = this.#open("stream logs");
    return this.#log.stream({
      ...options,
      agentName: findAgent(fleet.config, agentName).qualifiedName,
    });
  }

  /** A job's rendered output: history first, then live; ends with the job. */
  streamJobOutput(
    id: string,
    options: { readonly signal?: AbortSignal } = {},
  ): AsyncIterable<string> {
    const { fleet } = this.#open("stream output");
    return streamJobOutput(fleet, resolveJobId(fleet, id), options.signal);
  }

  /** A job's output lines as stored: history first, then live; ends with the job. */
  streamJobLines(id: string, options: JobLinesOptions = {}): AsyncIterable<OutputLine> {
    const { fleet } = this.#open("stream output");
    return streamJobLines(fleet, resolveJobId(fleet, id), options);
  }

  /** Stops, then closes the store: queries are not possible any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#parts?.fleet.state.close();
  }

  async #initialize(): Promise<void> {
    const env = this.#options.env ?? process.env;
    const config = await loadConfig(this.#options.configPath, { env });
    const state = await StateManager.open({
      stateDir: this.#options.stateDir,
      ...(this.#options.clock && { clock: this.#options.clock }),
    });
    this.#redactor = createRedactor(config.secrets);
    this.#log.redactor = this.#redactor;
    for (const { file, line, message } of config.warnings)
      this.#log.warn(`${file}:${line}: ${message}`);
    const fleet = this.#createFleet(config, state, env);
    const queue = new JobQueue(fleet, this.#running, (record, cancel) =>
      runJob(fleet, record, cancel),
    );
    this.#parts = { fleet, queue, scheduler: this.#createScheduler(fleet, queue) };
    this.#state = "initialized";
  }

  async #start(): Promise<void> {
    const { fleet, queue, scheduler } = this.#open("start");
    await fleet.state.acquireLock();
    try {
      await takeOverAbandoned(fleet);
      await sweepOutputs(fleet);
    } catch (error) {
      await fleet.state.releaseLock();
      throw error;
    }
    this.#startedAt = fleet.clock.now();
    this.#state = "running";
    this.#log.info(`fleet started with ${fleet.config.agents.length} agents`);
    this.#emit("started", { timestamp: new Date(this.#startedAt) });
    queue.admitEverything();
    await scheduler.start(scheduleEntries(fleet.config));
  }

  #createFleet(config: ResolvedConfig, state: StateManager, env: Fleet["env"]): Fleet {
    return {
      options: this.#options,
      clock: this.#options.clock ?? systemClock,
      log: this.#log,
      emit: this.#emit,
      node: createNodeId(),
      env,
      config,
      redactor: this.#redactor,
      state,
      store: state.store,
      watch: new StoreWatch(state.store),
      running: this.#running,
      lifecycle: () => this.#state,
    };
  }

  #createScheduler(fleet: Fleet, queue: JobQueue): Scheduler {
    return new Scheduler({
      clock: fleet.clock,
      logger: fleet.log,
      store: fleet.store,
      checkInterval: this.#options.scheduler?.checkInterval ?? defaultCheckInterval,
      onFire: (entry, key) => fireSchedule(fleet, queue, entry, key),
      onMissed: (missed) => reportMissed(fleet, missed),
    });
  }

  async #stop(options: StopOptions): Promise<void> {
    await this.#changing?.catch(() => undefined);
    if (this.#state === "uninitialized" || this.#state === "stopped") {
      this.#state = "stopped";
      return;
    }
    const { fleet, queue, scheduler } = this.#open("stop");
    this.#state = "stopping";
    await scheduler.stop();
    await queue.close();
    await drainJobs(fleet, options);
    await fleet.state.releaseLock();
    this.#startedAt = undefined;
    this.#state = "stopped";
    this.#log.info("fleet stopped");
    this.#emit("stopped", {
      timestamp: new Date(fleet.clock.now()),
      ...(options.reason !== undefined && { reason: options.reason }),
    });
    this.#log.close();
  }

  // Two moves at once are as wrong as a move from the wrong state.
  async #change(
    operation: string,
    allowed: readonly FleetState[],
    move: () => Promise<void>,
  ): Promise<void> {
    if (this.#changing)
      throw new InvalidStateError(operation, `${this.#state}, changing`, "settled");
    this.#expect(operation, allowed);
    this.#changing = move();
    try {
      await this.#changing;
    } finally {
      this.#changing = undefined;
    }
  }

  #cancelRunning(): void {
    for (const { cancel } of this.#running.values()) cancel.abort("shutdown");
  }

  #open(operation: string): { fleet: Fleet; queue: JobQueue; scheduler: Scheduler } {
    if (this.#parts) return this.#parts;
    throw new InvalidStateError(operation, this.#state, "initialized");
  }

  #expect(operation: string, allowed: readonly FleetState[]): void {
    if (allowed.includes(this.#state)) return;
    throw new InvalidStateError(
      operation,
      this.#state,
      allowed.map((state) => `"${state}"`).join(" or "),
    );
  }
}
