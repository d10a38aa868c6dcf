import { setTimeout as delay } from "node:timers/promises";
import type { SDKAssistantMessage, SDKMessage } from "@anthropic-ai/claude-agent-sdk";
import { claudeHome } from "../../claude-home.ts";
import { RunnerError } from "../errors.ts";
import { readSessionStart, writeAttemptInput } from "./attempt-folder.ts";
import { toCliCommandLine } from "./cli-arguments.ts";
import { readFailure } from "./cli-failure.ts";
import { FileTail } from "./file-tail.ts";
import { FileWatch } from "./file-watch.ts";
import type { ClaudeProcess, ExecuteOptions, RuntimeInterface } from "./interface.ts";
import { leftOutMessage } from "./left-out-message.ts";
import { withSessionLine } from "./session-line.ts";
import { findSessionFile, type SessionPlace, sizeOf, subagentFolder } from "./session-path.ts";
import { type SessionStart, SessionTranscript } from "./session-transcript.ts";
import { readUntoldResult } from "./untold-result.ts";

/** Milliseconds after which files are looked at although nobody has told of a change. */
const lookMs = 200;
/** The same once Claude has told its result and only has to end. */
const endMs = 20;
/** Milliseconds for a message to get to the session's file, a hundred as a rule. */
const patienceMs = 2_000;
/** The same once Claude was asked to stop: its result must not come too late. */
const stopPatienceMs = 300;
/** Milliseconds from the wish that Claude stops until it is told. */
const interruptMs = 200;

/**
 * Runs agents through `claude -p`, which needs nothing of this process: its stdio are files, and the
 * next owner of the job reads on where this one stopped.
 */
export class CLIRuntime implements RuntimeInterface {
  /**
   * Yields what Claude says in the order in which it says it, in the form that its session keeps. Ends
   * when the process is gone and everything that it wrote is read.
   *
   * @throws {@link RunnerError} for a conversation of several turns, `CLAUDE_NOT_FOUND`, `NEVER_BEGAN`
   * for an adopted process that did nothing, `SDK_ERROR` when Claude Code ended without a result, the
   * reason of `leave` once that is aborted.
   */
  async *execute(options: ExecuteOptions): AsyncGenerator<SDKMessage, void, undefined> {
    const { files, signal, leave } = options;
    const place = placeOf(options);
    const claude = options.adopt
      ? options.launcher.attach(options.adopt)
      : await launch(options, place);
    await using watch = await FileWatch.open([files.dir]);
    await using transcript = new SessionTranscript({
      ...place,
      start: await readSessionStart(files),
      onFile: (path) => [path, subagentFolder(path)].forEach((watched) => watch.add(watched)),
    });
    await using stdout = new FileTail(files.stdout, {
      standIn: (line) => JSON.stringify(leftOutMessage(line, options.session.id)),
    });
    const over = new AbortController();
    const listener = { once: true, signal: over.signal };
    const interrupt = (): void => void interruptSoon(claude, over.signal);
    if (signal.aborted) interrupt();
    signal.addEventListener("abort", interrupt, listener);
    leave?.addEventListener("abort", () => watch.wake(), listener);
    try {
      const run = new CliRun({ claude, watch, transcript, stdout, signal, leave });
      yield* run.messages();
      if (run.hasResult) return;
      const untold = signal.aborted ? await untoldResult(options, place, run.turns) : undefined;
      if (untold) return yield untold;
      const failure = await readFailure({ options, claude, hasSpoken: run.hasSpoken });
      if (failure) throw failure;
    } finally {
      over.abort();
    }
  }
}

function placeOf({ launcher, session }: ExecuteOptions): SessionPlace {
  const { cwd, env } = launcher;
  return { claudeHome: claudeHome(env, cwd), cwd, sessionId: session.id };
}

async function launch(options: ExecuteOptions, place: SessionPlace): Promise<ClaudeProcess> {
  const { prompt, files, launcher, jobId } = options;
  if (prompt !== undefined && typeof prompt !== "string") {
    throw new RunnerError("A conversation of several turns needs `runtime: sdk`.", jobId);
  }
  const { args, files: texts } = toCliCommandLine({ ...options, dir: files.dir });
  await writeAttemptInput(files, {
    files: texts,
    start: options.session.mode === "resume" ? await startOf(place) : undefined,
    ...(prompt !== undefined && { prompt }),
  });
  const { claudePath: command, env } = launcher;
  return launcher.startDetached({ command, args, env }, files);
}

async function startOf(place: SessionPlace): Promise<SessionStart | undefined> {
  const path = await findSessionFile(place);
  return path === undefined ? undefined : { path, offset: await sizeOf(path) };
}

async function untoldResult(
  { files, session }: ExecuteOptions,
  place: SessionPlace,
  turns: number,
): Promise<SDKMessage | undefined> {
  const path = await findSessionFile(place);
  if (path === undefined) return undefined;
  const start = (await readSessionStart(files)) ?? { path, offset: 0 };
  const source =
    session.mode === "fork"
      ? await findSessionFile({ ...place, sessionId: session.from })
      : undefined;
  return readUntoldResult({ sessionId: session.id, session: start, source, turns });
}

/** Between an answer and the start of its tool, an interrupted Claude Code exits without a result. */
async function interruptSoon(claude: ClaudeProcess, over: AbortSignal): Promise<void> {
  await delay(interruptMs, undefined, { signal: over }).catch(() => undefined);
  if (!over.aborted) claude.interrupt();
}

interface CliRunParts {
  readonly claude: ClaudeProcess;
  readonly watch: FileWatch;
  readonly transcript: SessionTranscript;
  readonly stdout: FileTail;
  readonly signal: AbortSignal;
  readonly leave: AbortSignal | undefined;
}

/** One claude, read to its end. */
class CliRun {
  readonly #parts: CliRunParts;
  /** What it was too late for once is not waited for again, until the session's file goes on. */
  #isLate = false;
  readonly #answers = new Set<string>();
  hasSpoken = false;
  hasResult = false;

  constructor(parts: CliRunParts) {
    this.#parts = parts;
  }

  /** Answers of the main conversation. */
  get turns(): number {
    return this.#answers.size;
  }

  async *messages(): AsyncGenerator<SDKMessage, void, undefined> {
    const { claude, watch, stdout, leave } = this.#parts;
    for (;;) {
      leave?.throwIfAborted();
      // Asked before reading: what a process wrote before it was gone is there to be read.
      const isGone = !claude.isAlive();
      for (let line = await stdout.next(); line !== undefined; line = await stdout.next()) {
        leave?.throwIfAborted();
        const message = parseMessage(line);
        if (!message) continue;
        this.hasSpoken = true;
        this.hasResult ||= message.type === "result";
        if (message.type === "assistant" && message.parent_tool_use_id === null) {
          this.#answers.add(message.message.id);
        }
        yield await this.#inFinalForm(message);
      }
      if (isGone) return;
      await watch.next(this.hasResult ? endMs : lookMs);
    }
  }

  /** Waits until the session's file has the message; takes it as it is when that does not happen. */
  async #inFinalForm(message: SDKMessage): Promise<SDKMessage> {
    if (!isUnfinished(message)) return message;
    const { claude, watch, transcript, leave } = this.#parts;
    const began = performance.now();
    const wasLate = this.#isLate;
    for (;;) {
      const isOver = wasLate || performance.now() - began >= this.#patience();
      const isLast = isOver || !claude.isAlive();
      const line = await transcript.find(message.uuid, message.parent_tool_use_id !== null);
      this.#isLate = line === undefined;
      if (line) return withSessionLine(message, line);
      if (isLast || (await transcript.isBroken())) return message;
      leave?.throwIfAborted();
      await watch.next(lookMs);
    }
  }

  #patience(): number {
    return this.#parts.signal.aborted ? stopPatienceMs : patienceMs;
  }
}

/** Only of an answer does Claude Code know more when it writes it down than when it says it. */
function isUnfinished(message: SDKMessage): message is SDKAssistantMessage {
  return message.type === "assistant" && message.message.stop_reason === null;
}

function parseMessage(line: string): SDKMessage | undefined {
  try {
    const message: unknown = JSON.parse(line);
    return message instanceof Object && "type" in message ? (message as SDKMessage) : undefined;
  } catch {
    // Not of Claude's making: a tool or a library may have written to the same stdout.
    return undefined;
  }
}
