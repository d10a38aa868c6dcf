import { resolve } from "node:path";
import type { Clock } from "../../clock.ts";
import { messageOf } from "../../errors.ts";
import type { LogFields, Logger, LogLevel } from "../../logger.ts";
import { createRedactor, type Redactor } from "../../redact.ts";
import { followLog } from "./follow-log.ts";
import { LogBacklog } from "./log-backlog.ts";
import { LogFile } from "./log-file.ts";
import { logFolder, type StoredEntry } from "./log-files.ts";
import type { LogEntry, LogStreamOptions } from "../types.ts";

/** The fleet's log: masked, handed to the caller's logger, kept in the daemon's file, streamed. */
export class FleetLog implements Logger {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #folder: string;
  readonly #onEntry: (entry: LogEntry) => void;
  /** What the file does not have: of a process that is no daemon, everything. */
  readonly #unwritten = new LogBacklog();
  #file: LogFile | undefined;
  #ended = new AbortController();
  /** Hides the secrets of the configuration, once that is known. */
  redactor: Redactor = createRedactor([]);

  constructor(options: {
    readonly logger: Logger;
    readonly clock: Clock;
    readonly stateDir: string;
    readonly onEntry: (entry: LogEntry) => void;
  }) {
    this.#logger = options.logger;
    this.#clock = options.clock;
    this.#folder = logFolder(resolve(options.stateDir));
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

  /** The daemon's log from the first entry that is kept, then everything as it happens. */
  stream(options: LogStreamOptions): AsyncGenerator<LogEntry> {
    return followLog(this.#folder, options, {
      unwritten: this.#unwritten,
      ended: () => this.#ended.signal,
      written: async () => this.#file?.flush(),
    });
  }

  /** Keeps the log in its file, what was said before included. Only for the holder of the lock. */
  async open(): Promise<void> {
    if (this.#ended.signal.aborted) this.#ended = new AbortController();
    try {
      this.#file = await LogFile.open({
        folder: this.#folder,
        onLost: (entries, error) => this.#onLost(entries, error),
      });
    } catch (error) {
      this.#onLost([], error);
      return;
    }
    const file = this.#file;
    this.#unwritten.moveTo((entry) => file.append(entry));
  }

  /** Forgets what is older than this time. */
  async forget(before: number): Promise<void> {
    await this.#file?.forget(before);
  }

  /** Closes the file and ends every stream once it has told everything. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
    this.#ended.abort();
  }

  #write(level: LogLevel, text: string, fields: LogFields = {}): void {
    const message = this.redactor.text(text);
    const masked = this.redactor.value(fields);
    this.#tellLogger(level, message, masked);
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
    const published = this.#file?.append(entry) ?? entry;
    if (!this.#file) this.#unwritten.add(entry);
    this.#onEntry(published);
  }

  // Neither the file nor the memory of a fleet may depend on a disk that works.
  #onLost(entries: readonly StoredEntry[], error: unknown): void {
    if (error !== undefined) {
      const message = `cannot write the log: ${messageOf(error)}`;
      const timestamp = new Date(this.#clock.now());
      this.#tellLogger("error", message, {});
      this.#unwritten.add({ timestamp, level: "error", source: "fleet", message });
    }
    for (const entry of entries) this.#unwritten.add(entry);
  }

  #tellLogger(level: LogLevel, message: string, fields: LogFields): void {
    try {
      this.#logger[level](message, fields);
    } catch {
      // A log sink that throws never breaks a job.
    }
  }
}
