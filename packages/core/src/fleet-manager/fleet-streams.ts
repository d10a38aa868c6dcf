import type { OutputLine } from "../state/output-line.ts";
import { resolveJobId } from "./control.ts";
import type { FleetLog } from "./logs/fleet-log.ts";
import { FleetQueries } from "./fleet-queries.ts";
import { knownAgent } from "./known-agent.ts";
import { type JobLinesOptions, streamJobLines, streamJobOutput } from "./logs/log-streaming.ts";
import type {
  Callback,
  OpenStream,
  Streamed,
  StreamHandle,
  StreamOptions,
} from "./logs/stream-to-callback.ts";
import type { LogEntry, LogStreamOptions } from "./types.ts";

type LogStream = Streamed<LogEntry>;

/** What streams are made of. */
export interface StreamParts {
  /** There before the fleet is initialized, too. */
  readonly log: FleetLog;
  readonly open: OpenStream;
}

/** What a fleet and its jobs say, as it is said. */
export abstract class FleetStreams extends FleetQueries {
  protected abstract streams(): StreamParts;

  /**
   * The fleet's log, whichever process writes it: history, then live; with a callback, handed to it.
   *
   * @throws AgentNotFoundError, JobNotFoundError
   */
  streamLogs(options?: LogStreamOptions): AsyncIterable<LogEntry>;
  streamLogs(options: LogStreamOptions, callback: Callback<LogEntry>): StreamHandle;
  streamLogs(options: LogStreamOptions = {}, callback?: Callback<LogEntry>): LogStream {
    const { log, open } = this.streams();
    const named = this.#inFull(options);
    return open((more) => log.stream({ ...named, ...more }), named, callback);
  }

  /** An agent's part of {@link streamLogs}. */
  streamAgentLogs(agentName: string, options?: LogStreamOptions): AsyncIterable<LogEntry>;
  streamAgentLogs(agentName: string, callback: Callback<LogEntry>): StreamHandle;
  streamAgentLogs(name: string, how: LogStreamOptions | Callback<LogEntry> = {}): LogStream {
    if (typeof how === "function") return this.streamLogs({ agentName: name }, how);
    return this.streamLogs({ ...how, agentName: name });
  }

  /** A job's rendered output: history, then live; ends with the job. With a callback, handed to it. */
  streamJobOutput(id: string, options?: StreamOptions): AsyncIterable<string>;
  streamJobOutput(id: string, callback: Callback<string>): StreamHandle;
  streamJobOutput(id: string, how: StreamOptions | Callback<string> = {}): Streamed<string> {
    const { fleet } = this.parts("stream output");
    const jobId = resolveJobId(fleet, id);
    const [options, callback] = typeof how === "function" ? [{}, how] : [how];
    const { open } = this.streams();
    return open(({ signal }) => streamJobOutput(fleet, jobId, signal), options, callback);
  }

  /** A job's output lines as stored: history first, then live; ends with the job. */
  streamJobLines(id: string, options: JobLinesOptions = {}): AsyncIterable<OutputLine> {
    const { fleet } = this.parts("stream output");
    return streamJobLines(fleet, resolveJobId(fleet, id), options);
  }

  /** Entries have the full names. */
  #inFull(options: LogStreamOptions): LogStreamOptions {
    const { agentName, jobId } = options;
    if (agentName === undefined && jobId === undefined) return options;
    const { fleet } = this.parts("stream logs");
    return {
      ...options,
      ...(agentName !== undefined && { agentName: knownAgent(fleet, agentName) }),
      ...(jobId !== undefined && { jobId: resolveJobId(fleet, jobId) }),
    };
  }
}
