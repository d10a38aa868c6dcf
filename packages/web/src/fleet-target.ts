import type {
  AgentInfo,
  FleetEvents,
  FleetStatus,
  Job,
  JobFilter,
  JobList,
  LogEntry,
  LogStreamOptions,
  OutputLine,
  QueueInfo,
  ScheduleInfo,
  StopOptions,
  TriggerOptions,
  TriggerPlan,
} from "@herdctl/core";
import type { JobLinesOptions, StreamedEvent, StreamOptions } from "./operations.ts";

/** What a server needs of a fleet in its own process: a `FleetManager` is one. */
export interface FleetTarget {
  on(event: StreamedEvent, listener: StreamedListener): unknown;
  off(event: StreamedEvent, listener: StreamedListener): unknown;
  getStatus(): FleetStatus;
  getAgents(): readonly AgentInfo[];
  getAgent(agentName: string): AgentInfo;
  getJobPage(filter?: JobFilter): JobList;
  getJob(jobId: string): Job;
  getQueue(): QueueInfo;
  getSchedules(): readonly ScheduleInfo[];
  getSchedule(agentName: string, scheduleName: string): ScheduleInfo;
  trigger(agentName: string, scheduleName?: string, options?: TriggerOptions): Promise<Job>;
  planTrigger(
    agentName: string,
    scheduleName?: string,
    options?: TriggerOptions,
  ): Promise<TriggerPlan>;
  waitForJob(jobId: string, options?: StreamOptions): Promise<Job>;
  cancelJob(jobId: string): Promise<void>;
  stop(options?: StopOptions): Promise<void>;
  streamLogs(options?: LogStreamOptions): AsyncIterable<LogEntry>;
  streamJobLines(jobId: string, options?: JobLinesOptions): AsyncIterable<OutputLine>;
}

type StreamedListener = (payload: FleetEvents[StreamedEvent][0]) => void;
