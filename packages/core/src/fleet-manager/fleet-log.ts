import type { Clock } from "../clock.ts";
import { type LogFields, type Logger, type LogLevel, logLevels } from "../logger.ts";
import { createRedactor, type Redactor } from "../redact.ts";
import type { LogEntry, LogStreamOptions } from "./types.ts";

const historySize = 1_000;
// A reader this far behind is dropped, so that it costs the fleet nothing.
const longestBacklog = 10_000;

interface Subscriber {
  readonly wants: (entry: LogEntry) => boolean;
  readonly backlog: LogEntry[];
  wake: () => void;
}

/** The fleet's log: masked, handed to the caller's logger, and streamed to whoever follows it. */
export class FleetLog implements Logger {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #onEntry: (entry: LogEntry) => void;
  readonly #history: LogEntry[] = [];
  readonly #subscribers = new Set<Subscriber>();
  /** Hides the secrets of the configuration, once that is known. */
  redactor: Redactor = createRedactor([]);

  constructor(options: {
    readonly logger: Logger;
    readonly clock: Clock;
    readonly onEntry: (entry: LogEntry) => void;
  }) {
    this.#logger = options.logger;
    this.#clock = options.clock;
    this.#onEntry = options.onEntry;
  }

  debug(message: string, fields?: LogFields): void {
    this.#write("debug", message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#write("info", message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#write("warn", message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#write("error", message, fields);
  }

  /** Adds what a job said: streamed, but not handed to the logger. The text is masked already. */
  output(message: string, job: { readonly agentName: string; readonly jobId: string }): void {
    this.#publish({
      timestamp: new Date(this.#clock.now()),
      level: "info",
      source: "job",
      message,
      ...job,
    });
  }

  /** What is still known of the past, then everything as it happens. */
  async *stream(options: LogStreamOptions): AsyncGenerator<LogEntry> {
    const wants = matcherOf(options);
    const backlog = this.#history.filter(wants);
    const subscriber: Subscriber = { wants, backlog, wake: () => undefined };
    const abort = (): void => subscriber.wake();
    options.signal?.addEventListener("abort", abort, { once: true });
    this.#subscribers.add(subscriber);
    try {
      while (!options.signal?.aborted && this.#subscribers.has(subscriber)) {
        const entry = backlog.shift();
        if (entry) {
          yield entry;
          continue;
        }
        await new Promise<void>((resolve) => {
          subscriber.wake = resolve;
        });
      }
    } finally {
      this.#subscribers.delete(subscriber);
      options.signal?.removeEventListener("abort", abort);
    }
  }

  /** Ends every stream. */
  close(): void {
    for (const subscriber of this.#subscribers) {
      this.#subscribers.delete(subscriber);
      subscriber.wake();
    }
  }

  #write(level: LogLevel, text: string, fields: LogFields = {}): void {
    const message = this.redactor.text(text);
    const masked = this.redactor.value(fields);
    try {
      this.#logger[level](message, masked);
    } catch {
      // A log sink that throws never breaks a job.
    }
    const { agentName, jobId, source } = masked;
    this.#publish({
      timestamp: new Date(this.#clock.now()),
      level,
      source: typeof source === "string" ? source : jobId === undefined ? "fleet" : "job",
      message,
      ...(typeof agentName === "string" && { agentName }),
      ...(typeof jobId === "string" && { jobId }),
    });
  }

  #publish(entry: LogEntry): void {
    this.#history.push(entry);
    if (this.#history.length > historySize) this.#history.shift();
    for (const subscriber of this.#subscribers) {
      if (!subscriber.wants(entry)) continue;
      subscriber.backlog.push(entry);
      if (subscriber.backlog.length > longestBacklog) this.#subscribers.delete(subscriber);
      subscriber.wake();
    }
    this.#onEntry(entry);
  }
}

function matcherOf(options: LogStreamOptions): (entry: LogEntry) => boolean {
  const lowest = logLevels.indexOf(options.level ?? "info");
  return (entry) =>
    logLevels.indexOf(entry.level) >= lowest &&
    (options.agentName === undefined || entry.agentName === options.agentName) &&
    (options.jobId === undefined || entry.jobId === options.jobId);
}
