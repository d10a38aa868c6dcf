import { constants } from "node:os";
import type { SDKMessage, SDKUserMessage } from "@anthropic-ai/claude-agent-sdk";
import { type Clock, systemClock } from "../clock.ts";
import type { ResolvedAgent } from "../config/resolved.ts";
import type { Redactor } from "../redact.ts";
import type { AttemptFiles } from "../state/attempt-files.ts";
import type { ProcessRecord } from "../state/job-record.ts";
import type { OutputEntry, OutputLine } from "../state/output-line.ts";
import { within } from "../within.ts";
import { FirstCause } from "./first-cause.ts";
import { toOutputEntries } from "./message-processor.ts";
import { decideOutcome, isHopeless, type Outcome } from "./outcome.ts";
import { addFacts, beginTurn, noFacts, type RunFacts } from "./run-facts.ts";
import type { Turns } from "./turn-feed.ts";
import type { WrittenLines } from "./written-lines.ts";
import type {
  ClaudeProcess,
  ExecuteOptions,
  Launcher,
  RuntimeInterface,
  SessionRequest,
} from "./runtime/interface.ts";

/** Where the lines of an attempt go. */
export interface OutputSink {
  /** Gives the entry its place; throws once writing has failed. */
  append(entry: OutputEntry): OutputLine;
  /** Resolves when little enough is waiting to be written. */
  drained(): Promise<void>;
  /** Resolves when everything appended is written; rejects when it cannot be. */
  flush(): Promise<void>;
}

export interface JobExecutorOptions {
  readonly runtime: RuntimeInterface;
  readonly clock?: Clock;
}

/** One attempt of a job, planned. */
export interface AttemptRequest {
  readonly jobId: string;
  readonly agent: ResolvedAgent;
  /** As Claude gets it; without one, the resumed session goes on where it was put off. */
  readonly prompt?: string;
  /** What a conversation asks in place of a prompt. */
  readonly turns?: Turns;
  readonly session: SessionRequest;
  readonly slot?: number;
  readonly limits: ExecuteOptions["limits"];
  /** Wall clock of the attempt, milliseconds. */
  readonly timeout?: number;
  /** Makes the launcher; it must await `onRecord` before claude may act. */
  readonly launcher: (onRecord: (record: ProcessRecord) => Promise<void>) => Launcher;
  /** Stores the process record; a rejection means that nothing runs. */
  readonly onRecord: (record: ProcessRecord) => Promise<void>;
  readonly files: AttemptFiles;
  /** The claude of an earlier owner, to go on with. */
  readonly adopt?: ProcessRecord;
  /** Lines that the earlier owner has written already. */
  readonly written?: WrittenLines;
  /** Aborted when claude is to go on without this process. */
  readonly leave?: AbortSignal;
  /** herdctl's own tools for the job. */
  readonly herdctl?: ExecuteOptions["herdctl"];
  readonly settings?: ExecuteOptions["settings"];
  readonly output: OutputSink;
  /** Told of every line once it has its place; what it throws is its own affair. */
  readonly onLine?: (line: OutputLine) => void;
  readonly redactor: Redactor;
  /** Its reason is the cause: `timeout`, or any other text, which cancels. */
  readonly signal: AbortSignal;
}

/** An attempt that is over. */
export interface Attempt {
  readonly outcome: Outcome;
  readonly process?: ProcessRecord;
  /** Pids that nothing could end; empty unless the kernel itself is stuck. */
  readonly survivors: readonly number[];
  /** Its claude goes on without this process: how it ends is for the next owner to tell. */
  readonly isLeft: boolean;
}

/** Milliseconds that Claude gets to tell its result after it was interrupted. */
const resultGraceMs = 5_000;
/** Milliseconds that it gets after that to end itself and its tools. */
const exitGraceMs = 3_000;
/** Milliseconds for a runtime to notice that its process is gone. */
const drainMs = 2_000;

interface Progress {
  facts: RunFacts;
  claude?: ClaudeProcess;
  error?: unknown;
  hopeless?: boolean;
}

/** Runs one attempt of a job, from start to settled. Never touches the job's status. */
export class JobExecutor {
  readonly #runtime: RuntimeInterface;
  readonly #clock: Clock;

  constructor(options: JobExecutorOptions) {
    this.#runtime = options.runtime;
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * Resolves once nothing of the attempt is alive, unless its claude was left to itself, and its lines
   * are written. Does not reject: what goes wrong is the outcome.
   */
  async run(request: AttemptRequest): Promise<Attempt> {
    using cause = new FirstCause({
      signal: request.turns
        ? AbortSignal.any([request.signal, request.turns.expired])
        : request.signal,
      clock: this.#clock,
      ...(request.timeout !== undefined && { timeout: request.timeout }),
    });
    const progress: Progress = { facts: noFacts };
    // What runs already has to be ended, however early that is asked.
    if (!cause.signal.aborted || request.adopt) await this.#untilOver(request, cause, progress);
    request.turns?.onOver();
    const asked = cause.settle();
    const hasLeft = request.leave?.aborted === true && progress.error === request.leave.reason;
    // Asked to end while it was being left, it ends.
    const isLeft = hasLeft && asked === undefined;
    // Before we send any ourselves.
    const signal = asked === undefined ? endedBy(progress.claude) : undefined;
    const survivors = isLeft ? [] : ((await progress.claude?.end(exitGraceMs)) ?? []);
    await flush(request, progress);
    const outcome = decideOutcome(progress.facts, {
      ...(asked !== undefined && { cause: asked }),
      ...(progress.hopeless === true && { hopeless: true }),
      ...(request.turns && { turnInterrupted: request.turns.isInterrupted }),
      ...(progress.error !== undefined && { error: progress.error }),
      ...(signal !== undefined && { signal }),
    });
    return {
      outcome: request.redactor.value(outcome),
      ...(progress.claude && { process: progress.claude.record }),
      survivors,
      isLeft,
    };
  }

  async #untilOver(request: AttemptRequest, cause: FirstCause, progress: Progress): Promise<void> {
    const stop = new AbortController();
    const signal = AbortSignal.any([cause.signal, stop.signal]);
    const stopped = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    const lastTurn = Promise.withResolvers<void>();
    const over = this.#consume(request, { progress, signal, stop, onLastTurn: lastTurn.resolve });
    // Claude would wait for what it left in the background, and nobody listens any more.
    void lastTurn.promise.then(() => within(exitGraceMs, over)).then(() => stop.abort());
    await Promise.race([over, stopped]);
    if (!signal.aborted) return;
    await within(resultGraceMs, over);
    await progress.claude?.end(exitGraceMs);
    await within(drainMs, over);
  }

  /** Reads the run's messages to their end, or to the first result after it was told to stop. */
  async #consume(
    request: AttemptRequest,
    run: {
      readonly progress: Progress;
      readonly signal: AbortSignal;
      readonly stop: AbortController;
      readonly onLastTurn: () => void;
    },
  ): Promise<void> {
    const { progress, signal, stop } = run;
    const { turns, adopt } = request;
    const launcher = watchedLauncher(request, progress, signal);
    // A runtime may fail before it gets as far as that.
    if (adopt) launcher.attach(adopt);
    try {
      request.leave?.throwIfAborted();
      const messages = this.#runtime.execute({
        agent: request.agent,
        prompt: turns ? handOver(request, turns, run) : request.prompt,
        session: request.session,
        jobId: request.jobId,
        ...(request.slot !== undefined && { slot: request.slot }),
        limits: request.limits,
        files: request.files,
        ...(adopt && { adopt }),
        ...(request.leave && { leave: request.leave }),
        ...(request.herdctl && { herdctl: request.herdctl }),
        ...(request.settings && { settings: request.settings }),
        ...(turns && { conversation: { onOpen: (controls) => turns.onOpen(controls) } }),
        signal,
        launcher,
      });
      for await (const message of messages) {
        const lines = writeLines(request, message);
        progress.facts = addFacts(progress.facts, message);
        // How it was stopped says more of the turn than this result.
        if (signal.aborted && message.type === "result") break;
        turns?.onMessage(message, lines, progress.facts);
        if (!signal.aborted && isHopeless(progress.facts)) {
          progress.hopeless = true;
          stop.abort();
        }
        await request.output.drained();
      }
    } catch (error) {
      progress.error ??= error;
    }
  }
}

/** The signal that ended claude, which catches some and then exits with 128 and their number. */
function endedBy(claude: ClaudeProcess | undefined): string | undefined {
  if (claude?.exitCode == null) return claude?.signalCode ?? undefined;
  const number = claude.exitCode - 128;
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
}

/** Notes the process as soon as it exists, and why its record could not be stored. */
function watchedLauncher(
  request: AttemptRequest,
  progress: Progress,
  signal: AbortSignal,
): Launcher {
  const launcher = request.launcher(async (record) => {
    try {
      await request.onRecord(record);
    } catch (error) {
      // What comes back through the runtime is wrapped in its own words.
      progress.error ??= error;
      throw error;
    }
    // Given up while its record was stored: nothing may begin any more.
    signal.throwIfAborted();
  });
  return {
    cwd: launcher.cwd,
    claudePath: launcher.claudePath,
    env: launcher.env,
    start(command) {
      // The run may be settled by the time that a slow runtime gets here.
      signal.throwIfAborted();
      const claude = launcher.start(command);
      progress.claude = claude;
      return claude;
    },
    async startDetached(command, files) {
      signal.throwIfAborted();
      const claude = await launcher.startDetached(command, files);
      progress.claude = claude;
      return claude;
    },
    attach(record) {
      const claude = launcher.attach(record);
      progress.claude = claude;
      return claude;
    },
  };
}

/** The turns of a conversation, each kept in the output before Claude gets it. */
async function* handOver(
  request: AttemptRequest,
  turns: Turns,
  { progress, onLastTurn }: { readonly progress: Progress; readonly onLastTurn: () => void },
): AsyncGenerator<SDKUserMessage, void, undefined> {
  for await (const message of turns.messages) {
    progress.facts = beginTurn(progress.facts);
    turns.onMessage(message, writeLines(request, message), progress.facts);
    yield message;
  }
  onLastTurn();
}

/** Keeps what a message says, but for lines that an earlier owner kept. */
function writeLines(request: AttemptRequest, message: SDKMessage): readonly OutputLine[] {
  return toOutputEntries(message)
    .filter((entry) => !request.written?.take(request.redactor.value(entry)))
    .map((entry) => writeLine(request, entry));
}

function writeLine(request: AttemptRequest, entry: OutputEntry): OutputLine {
  const line = request.output.append(request.redactor.value(entry));
  try {
    request.onLine?.(line);
  } catch {
    // Whoever listens cannot break the run.
  }
  return line;
}

async function flush(request: AttemptRequest, progress: Progress): Promise<void> {
  try {
    await request.output.flush();
  } catch (error) {
    progress.error ??= error;
  }
}
