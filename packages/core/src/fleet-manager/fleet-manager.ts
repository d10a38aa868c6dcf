import { systemClock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import { silentLogger } from "../logger.ts";
import type { JobRecord } from "../state/job-record.ts";
import { audited } from "./audit/audited.ts";
import { checkBudget } from "./budget.ts";
import { cancelAll, cancelJob, resolveJobId, waitForEnd } from "./control.ts";
import {
  type Conversation,
  type ConversationOptions,
  openConversation,
} from "./conversations/conversation.ts";
import { createSafeEmit } from "./emit-safely.ts";
import { InvalidStateError } from "./errors.ts";
import { type Fleet, findAgent } from "./fleet.ts";
import { FleetInstalling } from "./fleet-installing.ts";
import { FleetLog } from "./logs/fleet-log.ts";
import type { FleetParts } from "./fleet-parts.ts";
import type { StreamParts } from "./fleet-streams.ts";
import { toJob } from "./job-view.ts";
import { Lifecycle } from "./lifecycle.ts";
import { planTrigger } from "./plan-trigger.ts";
import * as queries from "./queries.ts";
import { forkJob, resumeJob, retryJob } from "./repeat-job.ts";
import { createOpenStream, type OpenStream } from "./logs/stream-to-callback.ts";
import { checkSession } from "./sessions/check-session.ts";
import { completeResume } from "./sessions/complete-resume.ts";
import { acceptTrigger, checkRunnable, namedSession, recordTrigger } from "./trigger.ts";
import type {
  FleetManagerOptions,
  FleetState,
  FleetStatus,
  Job,
  JobModifications,
  StopOptions,
  TriggerOptions,
  TriggerPlan,
  UsageInfo,
} from "./types.ts";

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
export class FleetManager extends FleetInstalling {
  /** With `autoStart`: resolves once started, rejects when that failed. Otherwise resolved. */
  readonly ready: Promise<void>;
  readonly #log: FleetLog;
  readonly #stream: OpenStream;
  readonly #life: Lifecycle;

  constructor(options: FleetManagerOptions) {
    super();
    const emit = createSafeEmit(this, (error) => this.#log.error(messageOf(error)));
    this.#stream = createOpenStream((error) => emit("error", error));
    this.#log = new FleetLog({
      logger: options.logger ?? silentLogger,
      clock: options.clock ?? systemClock,
      stateDir: options.stateDir,
      onEntry: (entry) => emit("log", entry),
    });
    this.#life = new Lifecycle(options, this.#log, emit);
    this.ready = options.autoStart ? this.initialize().then(() => this.start()) : Promise.resolve();
    // Whoever awaits `ready` still sees the failure; nobody has to.
    this.ready.catch((error: unknown) => this.#log.error(messageOf(error)));
  }

  /** Where the fleet manager is in its life. */
  get state(): FleetState {
    return this.#life.state;
  }

  /**
   * Loads the configuration and opens the state. Takes no lock: several processes may do this at once.
   *
   * @throws ConfigurationError, `STATE_DIR`, `STORE_TOO_NEW`; InvalidStateError when done already
   */
  initialize(): Promise<void> {
    return this.#life.initialize();
  }

  /**
   * Becomes the daemon of the state directory: settles what an earlier one left behind, runs queued
   * jobs and fires schedules. Also starts again after {@link stop}.
   *
   * @throws `STATE_LOCKED` when another process is; InvalidStateError when running
   */
  start(): Promise<void> {
    return this.#asked("start", () => this.#life.start());
  }

  /**
   * Stops: no new jobs, running ones may finish within the timeout, then they are cancelled. Queued
   * jobs stay and run after the next start. Resolves when everything is on disk.
   */
  stop(options: StopOptions = {}): Promise<void> {
    const stop = (): Promise<void> => this.#life.stop(options);
    return this.state === "running" ? this.#asked("stop", stop) : stop();
  }

  /**
   * Loads the configuration anew, without a pause: running jobs keep the old one.
   *
   * @throws ConfigurationError when it is invalid; then the old one stays
   */
  reload(): Promise<void> {
    return this.#asked("reload", () => this.#life.reload());
  }

  /** The fleet at this instant. */
  getStatus(): FleetStatus {
    const { fleet, scheduler } = this.#life.open("get the status");
    return queries.getStatus(fleet, scheduler, this.#life.startedAt);
  }

  /**
   * Asks for a run of an agent; resolves once the job is stored. It runs when the limits allow.
   *
   * @throws AgentNotFoundError, ScheduleNotFoundError, `PROMPT_REQUIRED`, `WORKING_DIRECTORY`;
   * ConcurrencyLimitError with `queue: false`; SessionNotFoundError, SessionNotResumableError for `resume`
   */
  async trigger(
    agentName: string,
    scheduleName?: string,
    options: TriggerOptions = {},
  ): Promise<Job> {
    this.#life.expect("trigger an agent", ["initialized", "running"]);
    const { fleet, queue } = this.#life.open("trigger an agent");
    return audited(fleet, { operation: "trigger", agentName, scheduleName, newJobId }, async () => {
      const asked = acceptTrigger(fleet, agentName, scheduleName, options);
      await checkRunnable(fleet, asked.agent);
      const request = await completeResume(fleet, asked);
      await checkSession(fleet, request.agent, namedSession(request.options));
      checkBudget(fleet, request.agent);
      const record = await recordTrigger(fleet, request);
      if (!record) throw new InvalidStateError("store the job", this.state, "running");
      queue.add(record.id);
      return toJob(record, fleet.redactor);
    });
  }

  /**
   * Opens a conversation with an agent; nothing runs before its first message. Its jobs count like any
   * others, and keep what was said.
   *
   * @throws AgentNotFoundError; `INVALID_REQUEST` for an agent that cannot hold a conversation;
   * SessionNotFoundError, SessionNotResumableError for what is to be resumed
   *
   * @example
   * ```ts
   * await using conversation = await fleet.openConversation("reviewer", { key: "thread-7" });
   * const turn = conversation.send("What changed since yesterday?");
   * for await (const event of turn) if (event.type === "text") process.stdout.write(event.text);
   * console.log((await turn.result).costUsd);
   * ```
   */
  async openConversation(
    agentName: string,
    options: ConversationOptions = {},
  ): Promise<Conversation> {
    this.#life.expect("open a conversation", ["initialized", "running"]);
    const parts = this.#life.open("open a conversation");
    return audited(parts.fleet, { operation: "openConversation", agentName }, async () =>
      openConversation(parts, agentName, options),
    );
  }

  /** What {@link trigger} would run, without running it. */
  async planTrigger(
    agentName: string,
    scheduleName?: string,
    options: TriggerOptions = {},
  ): Promise<TriggerPlan> {
    const { fleet } = this.#life.open("plan a trigger");
    return planTrigger(fleet, acceptTrigger(fleet, agentName, scheduleName, options));
  }

  /**
   * Resolves with the finished job, whichever process runs it.
   *
   * @throws JobNotFoundError
   */
  async waitForJob(id: string, options: { readonly signal?: AbortSignal } = {}): Promise<Job> {
    const { fleet } = this.#life.open("wait for a job");
    const record = await waitForEnd(fleet, resolveJobId(fleet, id), options.signal);
    return queries.getJob(fleet, record);
  }

  /**
   * Ends a job; resolves once nothing of it is alive. Works whichever process runs it.
   *
   * @throws JobNotFoundError; InvalidStateError when the job is over; `TIMEOUT` when it has not ended
   * after a minute: that it is to end is stored
   */
  async cancelJob(id: string): Promise<void> {
    const { fleet } = this.#life.open("cancel a job");
    await audited(fleet, { operation: "cancelJob", jobId: id }, async () =>
      cancelJob(fleet, resolveJobId(fleet, id), "user"),
    );
  }

  /**
   * Ends every job that is not over, of one agent or of the fleet; resolves with their ids once nothing
   * of them is alive.
   *
   * @throws AgentNotFoundError
   */
  async cancelAll(options: { readonly agentName?: string } = {}): Promise<readonly string[]> {
    const { fleet } = this.#life.open("cancel jobs");
    const { agentName } = options;
    return audited(fleet, { operation: "cancelAll", agentName }, async () =>
      cancelAll(fleet, agentName && findAgent(fleet.config, agentName).qualifiedName),
    );
  }

  /**
   * A new job from an old one, with the configuration that the old one ran with. A fresh session, unless
   * `session: "fork"` branches the old one.
   *
   * @throws JobNotFoundError; AgentNotFoundError when the agent is gone
   */
  forkJob(id: string, modifications: JobModifications = {}): Promise<Job> {
    const fork: Repeat = (fleet, jobId) => forkJob(fleet, jobId, modifications);
    return this.#repeat("forkJob", id, fork);
  }

  /**
   * The same request once more, with today's configuration and a fresh session.
   *
   * @throws JobNotFoundError; AgentNotFoundError when the agent is gone
   */
  retryJob(id: string): Promise<Job> {
    return this.#repeat("retryJob", id, retryJob);
  }

  /**
   * Another request in the session of a job.
   *
   * @throws JobNotFoundError; InvalidStateError when the job never had a session
   */
  resumeJob(id: string, prompt: string): Promise<Job> {
    const goOn: Repeat = (fleet, jobId) => resumeJob(fleet, jobId, prompt);
    return this.#repeat("resumeJob", id, goOn);
  }

  /**
   * What was used since a day (local date, `2026-01-31`), by day, agent and model.
   *
   * @throws AgentNotFoundError
   */
  getUsage(filter: { readonly since: string; readonly agentName?: string }): readonly UsageInfo[] {
    return queries.getUsage(this.#life.open("get the usage").fleet, filter);
  }

  /** Has values masked in output, log and answers from now on, such as the tokens of a server. */
  conceal(values: Iterable<string>): void {
    this.#life.open("mask values").fleet.conceal(values);
  }

  async #repeat(operation: string, jobId: string, repeat: Repeat): Promise<Job> {
    this.#life.expect("repeat a job", ["initialized", "running"]);
    const { fleet, queue } = this.#life.open("repeat a job");
    return audited(fleet, { operation, jobId, newJobId }, async () => {
      const record = await repeat(fleet, resolveJobId(fleet, jobId));
      queue.add(record.id);
      return toJob(record, fleet.redactor);
    });
  }

  // Before it is initialized there is nowhere to record it, and each of these says so itself.
  #asked(operation: string, act: () => Promise<void>): Promise<void> {
    const { parts } = this.#life;
    return parts ? audited(parts.fleet, { operation }, act) : act();
  }

  /** Stops, then closes the store: queries are not possible any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#life.close();
  }

  protected override parts(operation: string): FleetParts {
    return this.#life.open(operation);
  }

  protected override takeUp(): Promise<void> {
    return this.#life.takeUp();
  }

  protected override streams(): StreamParts {
    return { log: this.#log, open: this.#stream };
  }
}

type Repeat = (fleet: Fleet, jobId: string) => Promise<JobRecord>;

const newJobId = ({ id }: Job): string => id;
