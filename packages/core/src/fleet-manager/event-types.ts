import type { OutputLine } from "../state/output-line.ts";
import type { SkipReason } from "../state/store.ts";
import type { JobReport, SentFile, WaitReason } from "../state/job-record.ts";
import type { Approval } from "./approvals/approval-types.ts";
import type { Job, JobResult, LogEntry } from "./types.ts";

/** Events of a {@link FleetManager} with their payloads, emitted synchronously. */
export interface FleetEvents {
  started: [event: { readonly timestamp: Date }];
  stopped: [event: { readonly timestamp: Date; readonly reason?: string }];
  /** A person paused an agent, or without a name the whole fleet. */
  paused: [event: { readonly agentName?: string }];
  /** The pause is over. */
  resumed: [event: { readonly agentName?: string }];
  "config:reloaded": [event: { readonly changes: readonly string[] }];
  "agent:started": [event: { readonly agentName: string; readonly jobId: string }];
  "agent:stopped": [
    event: { readonly agentName: string; readonly jobId: string; readonly reason: string },
  ];
  "schedule:triggered": [
    event: { readonly agentName: string; readonly scheduleName: string; readonly jobId: string },
  ];
  "schedule:skipped": [
    event: {
      readonly agentName: string;
      readonly scheduleName: string;
      readonly reason: SkipReason;
    },
  ];
  "schedule:missed": [
    event: {
      readonly agentName: string;
      readonly scheduleName: string;
      readonly from: Date;
      readonly until: Date;
      readonly count: number;
    },
  ];
  /** A person switched a schedule on again. */
  "schedule:enabled": [event: { readonly agentName: string; readonly scheduleName: string }];
  "schedule:disabled": [event: { readonly agentName: string; readonly scheduleName: string }];
  /** What an agent remembers is another: under this key, or without one all of it. */
  "memory:changed": [event: { readonly agentName: string; readonly key?: string }];
  "job:created": [event: { readonly job: Job }];
  "job:queued": [
    event: { readonly jobId: string; readonly agentName: string; readonly position: number },
  ];
  "job:waiting": [
    event: {
      readonly jobId: string;
      readonly waitingFor: WaitReason;
      /** When it goes on by itself. */
      readonly wakeAt?: Date;
    },
  ];
  /** A tool call waits for a person; its claude is held for a while before the job gives its place up. */
  "approval:requested": [event: { readonly approval: Approval }];
  /** It waits no more: it was answered, has expired, or its job ended. */
  "approval:answered": [event: { readonly approval: Approval }];
  /** `chunk` is rendered text: all chunks of a job joined are its output. `line` is the stored line. */
  "job:output": [
    event: { readonly jobId: string; readonly chunk: string; readonly line: OutputLine },
  ];
  /** The agent said what came of its job; the last report counts. */
  "job:reported": [
    event: { readonly jobId: string; readonly agentName: string; readonly report: JobReport },
  ];
  /** The agent handed a file over. */
  "job:file": [
    event: { readonly jobId: string; readonly agentName: string; readonly file: SentFile },
  ];
  "job:completed": [event: { readonly jobId: string; readonly result: JobResult }];
  "job:failed": [
    event: { readonly jobId: string; readonly error: Error; readonly result?: JobResult },
  ];
  "job:cancelled": [event: { readonly jobId: string; readonly reason: string }];
  log: [entry: LogEntry];
  /** Something went wrong that no job or caller could be told; emitted only where someone listens. */
  error: [error: Error];
}
