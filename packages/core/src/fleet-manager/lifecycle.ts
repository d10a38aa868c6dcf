import { systemClock } from "../clock.ts";
import { loadConfig } from "../config/load.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import { messageOf } from "../errors.ts";
import { createRedactor } from "../redact.ts";
import { Scheduler } from "../scheduler/scheduler.ts";
import { StateManager } from "../state/manager.ts";
import { ConfigWatch } from "./config-watch.ts";
import { drainJobs } from "./drain-jobs.ts";
import { storeUnstored } from "./end-attempt.ts";
import { endIdleContainers, endLeftContainers } from "./end-left-containers.ts";
import type { Emit } from "./emit-safely.ts";
import { InvalidStateError } from "./errors.ts";
import type { Fleet, RunningJob } from "./fleet.ts";
import type { FleetLog } from "./logs/fleet-log.ts";
import type { FleetParts } from "./fleet-parts.ts";
import { JobQueue } from "./job-queue.ts";
import { Notifier } from "./notices/notify.ts";
import { LaunchPacer } from "./launch-pacer.ts";
import { createNodeId, isNodeAlive } from "../runner/node-identity.ts";
import { removeLeftSecrets } from "../runner/runtime/container/credential-proxy/secret-files.ts";
import { sweepOutputs } from "./prune-history.ts";
import { reloadFleet, warnAbout } from "./reload.ts";
import { runJob } from "./run-job.ts";
import { fireSchedule, isDecidedAtOnce } from "./schedules/fire-schedule.ts";
import { reportMissed, reportSkipped, scheduleEntries } from "./schedules/schedules.ts";
import { StoreWatch } from "./store-watch.ts";
import { takeOverAbandoned } from "./takeover.ts";
import type { JobTracer } from "./tracing/job-tracer.ts";
import { openTracer } from "./tracing/open-tracer.ts";
import { startUpkeep } from "./upkeep.ts";
import type { FleetManagerOptions, FleetState, StopOptions } from "./types.ts";

const defaultCheckInterval = 30_000;

/** Takes a fleet manager through its states; one move at a time. */
export class Lifecycle {
  /** When the fleet was started, milliseconds; while it runs. */
  startedAt: number | undefined;
  readonly #options: FleetManagerOptions;
  readonly #log: FleetLog;
  readonly #emit: Emit;
  readonly #running = new Map<string, RunningJob>();
  #state: FleetState = "uninitialized";
  #parts: FleetParts | undefined;
  #notifier: Notifier | undefined;
  #tracer: JobTracer | undefined;
  #stopUpkeep: (() => Promise<void>) | undefined;
  #configWatch: ConfigWatch | undefined;
  #changing: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: FleetManagerOptions, log: FleetLog, emit: Emit) {
    this.#options = options;
    this.#log = log;
    this.#emit = emit;
  }

  get state(): FleetState {
    return this.#state;
  }

  /** What there is once the fleet is initialized. */
  get parts(): FleetParts | undefined {
    return this.#parts;
  }

  /** The parts, or an error that says what cannot be done yet. */
  open(operation: string): FleetParts {
    if (this.#parts) return this.#parts;
    throw new InvalidStateError(operation, this.#state, '"initialized"');
  }

  /** Refuses an operation that does not fit the state. */
  expect(operation: string, allowed: readonly FleetState[]): void {
    if (allowed.includes(this.#state)) return;
    const states = allowed.map((state) => `"${state}"`).join(" or ");
    throw new InvalidStateError(operation, this.#state, states);
  }

  initialize(): Promise<void> {
    return this.#change("initialize", ["uninitialized"], () => this.#initialize());
  }

  start(): Promise<void> {
    return this.#change("start", ["initialized", "stopped"], () => this.#start());
  }

  reload(): Promise<void> {
    return this.#change("reload", ["initialized", "running"], async () => {
      try {
        await reloadFleet(this.open("reload"));
      } catch (error) {
        this.#log.error(`the changed configuration is not taken: ${messageOf(error)}`);
        throw error;
      }
    });
  }

  /** Reloads, after a move that is under way: the files may have changed since it has read them. */
  async takeUp(): Promise<void> {
    while (this.#changing) await this.#changing.catch(() => undefined);
    await this.reload();
  }

  stop(options: StopOptions): Promise<void> {
    this.#stopping ??= this.#stop(options).finally(() => {
      this.#stopping = undefined;
    });
    // A second, more urgent stop overtakes the first.
    if (options.waitForJobs === false) {
      for (const { cancel } of this.#running.values()) cancel.abort("shutdown");
    }
    return this.#stopping;
  }

  /** Closes the store of a stopped fleet: queries are not possible any more. */
  async close(): Promise<void> {
    await this.#parts?.fleet.state.close();
    this.#parts = undefined;
  }

  async #initialize(): Promise<void> {
    // A copy: each look into process.env asks the operating system.
    const env = { ...(this.#options.env ?? process.env) };
    const config = await loadConfig(this.#options.configPath, { env });
    const state = await StateManager.open({
      stateDir: this.#options.stateDir,
      readOnly: this.#options.readOnly ?? false,
      ...(this.#options.clock && { clock: this.#options.clock }),
    });
    const fleet = this.#createFleet(config, state, env);
    this.#tracer = await openTracer(fleet);
    warnAbout(config, this.#log);
    const queue = new JobQueue(fleet, this.#running, (record, ask) => runJob(fleet, record, ask));
    this.#parts = { fleet, queue, scheduler: this.#createScheduler(fleet, queue) };
    this.#state = "initialized";
  }

  async #start(): Promise<void> {
    const { fleet, queue, scheduler } = this.open("start");
    await fleet.state.acquireLock({ socketPath: fleet.state.socketPath });
    try {
      await this.#log.open();
      this.#notifier = new Notifier(fleet);
      queue.open();
      await takeOverAbandoned(fleet, queue);
      await endLeftContainers(fleet);
      await removeLeftSecrets(fleet.state.dockerSessionsDir).catch((error: unknown) => {
        this.#log.warn(`files with secrets may be left of a crash: ${messageOf(error)}`);
      });
      await sweepOutputs(fleet);
    } catch (error) {
      await this.#notifier?.close();
      this.#notifier = undefined;
      await this.#log.close();
      await fleet.state.releaseLock();
      throw error;
    }
    this.startedAt = fleet.clock.now();
    this.#state = "running";
    const { length } = fleet.config.agents;
    this.#log.info(`fleet started with ${length} ${length === 1 ? "agent" : "agents"}`);
    this.#emit("started", { timestamp: new Date(this.startedAt) });
    this.#stopUpkeep = startUpkeep(fleet, queue);
    queue.admitEverything();
    await scheduler.start(scheduleEntries(fleet.config));
    if (this.#options.watchConfig) this.#configWatch = new ConfigWatch(fleet, () => this.reload());
  }

  #createFleet(initial: ResolvedConfig, state: StateManager, ownEnv: Fleet["ownEnv"]): Fleet {
    const log = this.#log;
    const secrets = new Set<string>();
    let config = initial;
    let env = ownEnv;
    let configVersion = 0;
    const conceal = (values: Iterable<string>): void => {
      for (const secret of values) secrets.add(secret);
      log.redactor = createRedactor(secrets);
    };
    const replaceConfig = (next: ResolvedConfig): void => {
      config = next;
      env = { ...next.claudeEnv, ...ownEnv };
      configVersion += 1;
      conceal(next.secrets);
    };
    replaceConfig(initial);
    return {
      options: this.#options,
      clock: this.#options.clock ?? systemClock,
      log,
      emit: (name, ...event) => {
        this.#emit(name, ...event);
        this.#notifier?.hear(name, ...event);
        this.#tracer?.hear(name, ...event);
      },
      node: createNodeId(),
      ownEnv,
      get env() {
        return env;
      },
      get config() {
        return config;
      },
      get configVersion() {
        return configVersion;
      },
      get redactor() {
        return log.redactor;
      },
      conceal,
      replaceConfig,
      state,
      store: state.store,
      watch: new StoreWatch(state.store, log),
      running: this.#running,
      accept: (job) => this.#parts?.queue.accept(job),
      blocked: new Set(),
      pacer: new LaunchPacer(),
      conversations: new Map(),
      unstored: new Map(),
      traceparent: (jobId) => this.#tracer?.traceparent(jobId),
      lifecycle: () => this.#state,
    };
  }

  #createScheduler(fleet: Fleet, queue: JobQueue): Scheduler {
    return new Scheduler({
      clock: fleet.clock,
      logger: fleet.log,
      store: fleet.store,
      checkInterval: this.#options.scheduler?.checkInterval ?? defaultCheckInterval,
      node: fleet.node,
      isNodeAlive,
      onFire: (fire) => fireSchedule(fleet, queue, fire),
      isDecidedAtOnce: (entry) => isDecidedAtOnce(fleet, entry),
      onSkipped: (fire, reason) => reportSkipped(fleet, fire, reason),
      onMissed: (missed) => reportMissed(fleet, missed),
    });
  }

  async #stop(options: StopOptions): Promise<void> {
    // Without a move under way the state changes at once: nothing is accepted from now on.
    if (this.#changing) await this.#changing.catch(() => undefined);
    if (this.#state === "uninitialized" || this.#state === "stopped") {
      this.#state = "stopped";
      return;
    }
    const { fleet, queue, scheduler } = this.open("stop");
    this.#state = "stopping";
    this.#configWatch?.close();
    await scheduler.stop();
    for (const conversation of fleet.conversations.values()) conversation.onStop();
    // It may be about to take over a job, which is drained with the others.
    await this.#stopUpkeep?.();
    this.#stopUpkeep = undefined;
    await queue.close();
    await drainJobs(fleet, options);
    // Not those of a fleet that was never started: its next trigger may want them.
    if (this.startedAt !== undefined) await endIdleContainers(fleet, "all");
    await storeUnstored(fleet);
    this.#tracer?.close();
    await this.#notifier?.close();
    this.#notifier = undefined;
    this.#log.info("fleet stopped");
    await this.#log.close();
    await fleet.state.releaseLock();
    this.startedAt = undefined;
    this.#state = "stopped";
    this.#emit("stopped", {
      timestamp: new Date(fleet.clock.now()),
      ...(options.reason !== undefined && { reason: options.reason }),
    });
  }

  // Two moves at once are as wrong as a move from the wrong state.
  async #change(
    operation: string,
    allowed: readonly FleetState[],
    move: () => Promise<void>,
  ): Promise<void> {
    if (this.#changing)
      throw new InvalidStateError(operation, `${this.#state}, changing`, "settled");
    this.expect(operation, allowed);
    this.#changing = move();
    try {
      await this.#changing;
    } finally {
      this.#changing = undefined;
    }
  }
}
