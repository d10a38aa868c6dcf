import type { SDKMessage } from "@anthropic-ai/claude-agent-sdk";
import type { Logger } from "../../logger.ts";
import { clientEnvironment } from "./container/environment.ts";
import { toContainerError } from "./container/container-errors.ts";
import { createContainerLauncher } from "./container/container-launcher.ts";
import { removeSecrets } from "./container/credential-proxy/secret-files.ts";
import { withRefusals } from "./container/credential-proxy/watch-proxy.ts";
import { LimitWatch } from "./container/limits/limit-watch.ts";
import { outOfMemory } from "./container/out-of-memory.ts";
import { type PreparedRun, prepareRun } from "./container/prepare-run.ts";
import { warnOfStamp } from "./image/warn-of-stamp.ts";
import { readTail } from "./read-tail.ts";
import type { DockerConfig } from "./docker-config.ts";
import type { ClaudeProcess, ExecuteOptions, Launcher, RuntimeInterface } from "./interface.ts";

export interface ContainerRunnerOptions {
  /** What herdctl itself was given (default `process.env`): says where its home is. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Files of the configuration, which an agent must not change. */
  readonly protectedFiles?: readonly string[];
  /** Told of an image that is not of this version. */
  readonly logger?: Pick<Logger, "warn">;
}

/**
 * Runs any runtime in a container: claude is started there, and nothing else is different. A container
 * is for one run and gone after it, or kept for the runs of one slot of its agent.
 */
export class ContainerRunner implements RuntimeInterface {
  readonly #runtime: RuntimeInterface;
  readonly #config: DockerConfig;
  readonly #stateDir: string;
  readonly #options: ContainerRunnerOptions;

  constructor(
    runtime: RuntimeInterface,
    dockerConfig: DockerConfig,
    stateDir: string,
    options: ContainerRunnerOptions = {},
  ) {
    this.#runtime = runtime;
    this.#config = dockerConfig;
    this.#stateDir = stateDir;
    this.#options = options;
  }

  /**
   * Yields what the runtime yields.
   *
   * @throws `CONTAINER_ENGINE`, `CONTAINER_ERROR` when no container could be had, `OUT_OF_MEMORY` when
   * claude took more than it may, `CONFIGURATION_ERROR` for a mount that is refused, and what the runtime
   * throws.
   */
  async *execute(options: ExecuteOptions): AsyncGenerator<SDKMessage, void, undefined> {
    const started = Date.now();
    const { logger } = this.#options;
    if (logger) warnOfStamp(this.#config.image, logger);
    const env = this.#options.env ?? process.env;
    const run = await prepareRun({
      options,
      config: this.#config,
      stateDir: this.#stateDir,
      env,
      protectedFiles: this.#options.protectedFiles ?? [],
    });
    const watch = new ClaudeWatch();
    const launcher = createContainerLauncher({
      ...run,
      launcher: options.launcher,
      clientEnv: clientEnvironment(process.env),
      onProcess: (claude) => watch.follow(claude),
    });
    let hasResult = false;
    using limits = new LimitWatch({
      container: run.place.container,
      isKept: run.place.keepsContainer === true,
      sessionId: options.session.id,
    });
    try {
      const messages = this.#runtime.execute({ ...options, launcher });
      const proxy = run.proxy && {
        folder: run.proxy.folder,
        sessionId: options.session.id,
        isWanted: () => watch.claude?.isAlive() === true,
      };
      for await (const message of proxy ? withRefusals(messages, proxy) : messages) {
        limits.begin();
        yield* limits.news();
        hasResult ||= message.type === "result";
        yield message;
      }
    } catch (error) {
      yield* limits.news();
      throw (await this.#explain(options, { watch, run, started, limits })) ?? error;
    } finally {
      // Who leaves may have started it in this moment.
      if (!options.leave?.aborted) await removeSecrets(run.secretsPath);
    }
    yield* limits.news();
    if (hasResult) return;
    const cause = await this.#explain(options, { watch, run, started, limits });
    if (cause) throw cause;
  }

  async #explain(
    { files, signal, leave }: ExecuteOptions,
    ended: {
      readonly watch: ClaudeWatch;
      readonly run: PreparedRun;
      readonly started: number;
      readonly limits: LimitWatch;
    },
  ): Promise<Error | undefined> {
    const { watch, run, started, limits } = ended;
    if (signal.aborted || leave?.aborted || !watch.claude) return undefined;
    const { exitCode } = watch.claude;
    const stderr = watch.stderr ?? (await readTail(files.stderr));
    const { image } = this.#config;
    return (
      toContainerError({ exitCode, stderr, image }) ??
      limits.explain(exitCode) ??
      (await outOfMemory({ exitCode, name: run.place.container, since: started }))
    );
  }
}

const tailLength = 4_096;

/** What is to be known of a claude after it has ended. */
class ClaudeWatch {
  claude: ClaudeProcess | undefined;
  /** The end of what it wrote, where that came through a pipe. */
  stderr: string | undefined;

  follow(claude: ClaudeProcess | ReturnType<Launcher["start"]>): void {
    this.claude = claude;
    if (!("stderr" in claude)) return;
    this.stderr = "";
    claude.stderr.on("data", (chunk: Buffer | string) => {
      this.stderr = `${this.stderr ?? ""}${String(chunk)}`.slice(-tailLength);
    });
  }
}
