import type { Options, Query, SDKMessage, SDKUserMessage } from "@anthropic-ai/claude-agent-sdk";
import { FleetManagerError, messageOf } from "../../errors.ts";
import { within } from "../../within.ts";
import { SDKError } from "../errors.ts";
import type { ExecuteOptions, PipedClaude, RuntimeInterface } from "./interface.ts";
import { loadAgentSdk } from "./load-agent-sdk.ts";
import { ResumedCall } from "./resumed-call.ts";
import { toSdkOptions } from "./sdk-options.ts";
import { toStartFailure } from "./start-failure.ts";

/** The SDK's `query()`, as far as it is used. */
export type QueryFunction = (request: {
  prompt: string | AsyncIterable<SDKUserMessage>;
  options?: Options;
}) => Pick<Query, "interrupt" | "close"> & AsyncIterable<SDKMessage>;

export interface SDKRuntimeOptions {
  /** Replaces the SDK's `query()`; without it the Agent SDK is loaded when the first job runs. */
  readonly query?: QueryFunction;
}

/** Runs agents through the Claude Agent SDK. */
export class SDKRuntime implements RuntimeInterface {
  readonly #query: QueryFunction | undefined;

  constructor(options: SDKRuntimeOptions = {}) {
    this.#query = options.query;
  }

  /**
   * Yields the SDK's messages as they come. On abort, Claude is interrupted and still tells its result.
   *
   * @throws `SDK_NOT_INSTALLED` when the Agent SDK cannot be loaded, {@link SDKError} when Claude Code
   * ended without a result.
   */
  async *execute(options: ExecuteOptions): AsyncGenerator<SDKMessage, void, undefined> {
    const query = this.#query ?? (await loadAgentSdk()).query;
    const stderr = new StderrTail();
    const tools = await options.herdctl?.inProcess();
    const sdkOptions: Options = {
      ...toSdkOptions({ ...options, ...(tools && { tools }) }),
      spawnClaudeCodeProcess: ({ command, args, env }) => {
        const claude = options.launcher.start({ command, args, env });
        stderr.follow(claude);
        return claude;
      },
    };
    let hasSpoken = false;
    let hasResult = false;
    const resumed = new ResumedCall();
    const stream = query({ prompt: options.prompt ?? resumed.prompt(), options: sdkOptions });
    const interrupt = (): void => void stream.interrupt().catch(() => undefined);
    options.conversation?.onOpen({ interrupt: () => stream.interrupt() });
    if (options.signal.aborted) interrupt();
    options.signal.addEventListener("abort", interrupt, { once: true });
    try {
      for await (const message of stream) {
        if (options.prompt === undefined && resumed.takes(message)) continue;
        hasSpoken = true;
        hasResult = message.type === "result" || (hasResult && !beginsTurn(message));
        yield message;
      }
    } catch (error) {
      // After a result that is an error the SDK throws it once more; the result says it better.
      if (!hasResult) throw toSdkError(error, options, { hasSpoken, ...(await stderr.end()) });
    } finally {
      resumed.end();
      options.signal.removeEventListener("abort", interrupt);
      stream.close();
    }
  }
}

/** How the process ended, as far as it was followed. */
interface ProcessEnd {
  readonly exitCode: number | null;
  readonly stderr: string;
}

function toSdkError(
  error: unknown,
  { jobId, launcher }: ExecuteOptions,
  { hasSpoken, ...end }: ProcessEnd & { readonly hasSpoken: boolean },
): Error {
  // The launcher's own errors say what to do already.
  if (error instanceof FleetManagerError) return error;
  const notBegun = hasSpoken
    ? undefined
    : toStartFailure({ claudePath: launcher.claudePath, ...end });
  return notBegun ?? new SDKError(end.stderr.trim() || messageOf(error), jobId, error);
}

// What goes wrong in a turn is not told by the result of the one before.
function beginsTurn(message: SDKMessage): boolean {
  return message.type === "system" && message.subtype === "init";
}

const tailLength = 4_096;
/** Milliseconds for what an ended process wrote last to arrive. */
const stderrMs = 500;

/** The last part of what claude writes to stderr. */
class StderrTail {
  #text = "";
  #claude: PipedClaude | undefined;
  #closed: Promise<void> = Promise.resolve();

  follow(claude: PipedClaude): void {
    const { stderr } = claude;
    this.#claude = claude;
    this.#closed = new Promise((resolve) => {
      stderr.once("close", () => resolve());
    });
    stderr.setEncoding("utf8");
    stderr.on("data", (chunk: string) => {
      this.#text = (this.#text + chunk).slice(-tailLength);
    });
  }

  async end(): Promise<ProcessEnd> {
    await within(stderrMs, this.#closed);
    return { exitCode: this.#claude?.exitCode ?? null, stderr: this.#text };
  }
}
