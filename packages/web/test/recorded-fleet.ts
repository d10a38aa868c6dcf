import { EventEmitter } from "node:events";
import {
  type AgentInfo,
  type Approval,
  type ApprovalFilter,
  type AuditFilter,
  type AuditList,
  type AuditNote,
  currentActor,
  FleetManagerError,
  type FleetHealth,
  type FleetStatus,
  type Job,
  type JobFilter,
  type JobModifications,
  type MemoryInfo,
  type LogEntry,
  type OutputLine,
  type ScheduleFireFilter,
  type ScheduleFireList,
  type ScheduleInfo,
  type Session,
  type SessionFilter,
  type SessionMessageFilter,
  type SessionMessagePage,
  type StopOptions,
  type TriggerOptions,
  type TriggerPlan,
  type UsageInfo,
} from "@herdctl/core";
import type {
  FleetTarget,
  JobLinesOptions,
  ScopeOptions,
  StreamOptions,
  UsageFilter,
} from "../src/index.ts";
import { recordedAgent, recordedJob } from "./recorded-agent.ts";
import { recordedApproval } from "./recorded-approval.ts";
import { recordedAudit } from "./recorded-audit.ts";
import { RecordedHost } from "./recorded-conversation.ts";
import { recordedMessages, recordedSession } from "./recorded-session.ts";
import { recordedStatus } from "./recorded-status.ts";

const start = new Date("2026-03-01T06:00:00.000Z");

/** A fleet of recorded facts, whose jobs end and talk when a test says so. */
export class RecordedFleet extends RecordedHost implements FleetTarget {
  readonly concealed: string[] = [];
  readonly recorded: object[] = [];
  readonly log: LogEntry[] = [];
  readonly lines: OutputLine[] = [];
  /** Readers of job lines at this moment. */
  readers = 0;
  /** Waits for the job at this moment. */
  waiting = 0;
  problem: FleetHealth["problem"];
  readonly #changed = new EventEmitter<{ change: [] }>();
  job: Job = recordedJob;
  version = "1";

  constructor() {
    super();
    this.#changed.setMaxListeners(0);
  }

  getVersion(): string {
    return this.version;
  }

  getStatus(): FleetStatus {
    return recordedStatus;
  }

  async getHealth(): Promise<FleetHealth> {
    this.calls.push({ name: "getHealth", args: [] });
    return { ...(this.problem && { problem: this.problem }), claudeProcesses: 2 };
  }

  getAgents(): AgentInfo[] {
    return [this.getAgent("platform.reviewer")];
  }

  getAgent(name: string): AgentInfo {
    if (name !== "platform.reviewer") {
      throw new FleetManagerError(
        `There is no agent "${name}". Did you mean "platform.reviewer"?`,
        {
          code: "AGENT_NOT_FOUND",
          context: { agentName: name, existing: ["platform.reviewer"] },
        },
      );
    }
    return { ...recordedAgent, currentJob: this.job.id, runningJobs: [this.job.id] };
  }

  getJobPage(filter: JobFilter = {}): { jobs: Job[]; nextCursor: string } {
    this.calls.push({ name: "getJobPage", args: [filter] });
    return { jobs: [this.job], nextCursor: "after:1" };
  }

  getJob(jobId: string): Job {
    if (jobId === "latest" || this.job.id.startsWith(jobId)) return this.job;
    throw new FleetManagerError(`There is no job "${jobId}".`, {
      code: "JOB_NOT_FOUND",
      context: { jobId },
    });
  }

  getQueue(): ReturnType<FleetTarget["getQueue"]> {
    const item = { jobId: "job-2", agentName: "platform.reviewer", priority: 0, position: 1 };
    return { total: 1, items: [{ ...item, queuedAt: start, waitingFor: "agent" }] };
  }

  getSchedules(): ScheduleInfo[] {
    return [this.getSchedule("platform.reviewer", "nightly")];
  }

  getSchedule(agentName: string, scheduleName: string): ScheduleInfo {
    const when = { type: "cron", interval: "0 6 * * *", timezone: "Europe/Berlin" } as const;
    return { agentName, name: scheduleName, ...when, enabled: true, nextTrigger: start };
  }

  getScheduleFires(filter: ScheduleFireFilter = {}): ScheduleFireList {
    this.calls.push({ name: "getScheduleFires", args: [filter] });
    const schedule = { agentName: "platform.reviewer", scheduleName: "nightly" };
    return {
      fires: [
        { ...schedule, dueAt: start, decidedAt: start, count: 1, fate: "fired", jobId: "job-1" },
        { ...schedule, dueAt: start, until: start, count: 3, fate: "missed", reason: "suspended" },
      ],
      nextCursor: "after:2",
    };
  }

  previewSchedule(agentName: string, scheduleName: string, count = 2): readonly Date[] {
    this.calls.push({ name: "previewSchedule", args: [agentName, scheduleName, count] });
    return Array.from({ length: count }, (_, day) => new Date(start.getTime() + day * 86_400_000));
  }

  async enableSchedule(agentName: string, scheduleName: string): Promise<void> {
    this.calls.push({ name: "enableSchedule", args: [agentName, scheduleName] });
  }

  async disableSchedule(agentName: string, scheduleName: string): Promise<void> {
    this.calls.push({ name: "disableSchedule", args: [agentName, scheduleName] });
  }

  async trigger(agentName: string, scheduleName?: string, options?: TriggerOptions): Promise<Job> {
    this.calls.push({ name: "trigger", args: [agentName, scheduleName, options] });
    this.getAgent(agentName);
    this.emit("job:created", { job: this.job });
    return this.job;
  }

  async planTrigger(agentName: string, scheduleName?: string): Promise<TriggerPlan> {
    return {
      agentName,
      ...(scheduleName !== undefined && { scheduleName }),
      prompt: "Review.",
      workingDirectory: "/srv/platform",
      runtime: "sdk",
      permissionMode: "acceptEdits",
      allowedTools: ["Read"],
      deniedTools: [],
      mcpServers: ["github"],
      settingSources: ["project"],
      limits: { maxTurns: 12 },
      claudePath: "/usr/bin/claude",
    };
  }

  async forkJob(jobId: string, modifications?: JobModifications): Promise<Job> {
    this.calls.push({ name: "forkJob", args: [jobId, modifications ?? {}] });
    return { ...this.getJob(jobId), trigger: "fork", forkedFrom: this.job.id };
  }

  async retryJob(jobId: string): Promise<Job> {
    this.calls.push({ name: "retryJob", args: [jobId] });
    return this.getJob(jobId);
  }

  async resumeJob(jobId: string, prompt: string): Promise<Job> {
    this.calls.push({ name: "resumeJob", args: [jobId, prompt] });
    return { ...this.getJob(jobId), prompt };
  }

  async waitForJob(jobId: string, { signal }: StreamOptions = {}): Promise<Job> {
    this.getJob(jobId);
    this.waiting += 1;
    try {
      while (!this.job.completedAt) await this.#nextChange(signal);
    } finally {
      this.waiting -= 1;
    }
    return this.job;
  }

  async cancelJob(jobId: string): Promise<void> {
    this.calls.push({ name: "cancelJob", args: [this.getJob(jobId).id] });
    this.finish("cancelled");
  }

  async cancelAll(scope: ScopeOptions = {}): Promise<readonly string[]> {
    this.calls.push({ name: "cancelAll", args: [scope] });
    return [this.job.id];
  }

  async pause(agentName?: string): Promise<void> {
    this.calls.push({ name: "pause", args: [agentName] });
  }

  async resume(agentName?: string): Promise<boolean> {
    this.calls.push({ name: "resume", args: [agentName] });
    return agentName !== undefined;
  }

  async getSessions(filter: SessionFilter = {}): Promise<readonly Session[]> {
    this.calls.push({ name: "getSessions", args: [filter] });
    return [await this.getSession("5f0c")];
  }

  async getSession(sessionId: string): Promise<Session> {
    return { ...recordedSession, sessionId: `${sessionId}1f8e-0000` };
  }

  async getSessionMessages(
    sessionId: string,
    filter: SessionMessageFilter = {},
  ): Promise<SessionMessagePage> {
    this.calls.push({ name: "getSessionMessages", args: [sessionId, filter] });
    return recordedMessages;
  }

  getApprovals(filter?: ApprovalFilter): readonly Approval[] {
    this.calls.push({ name: "getApprovals", args: [filter] });
    return [recordedApproval];
  }

  async answerApproval(...args: readonly unknown[]): Promise<Approval> {
    this.calls.push({ name: "answerApproval", args });
    return { ...recordedApproval, status: "allowed", answeredBy: "ann", answeredAt: start };
  }

  getMemory(...args: readonly unknown[]): readonly MemoryInfo[] {
    this.calls.push({ name: "getMemory", args });
    return [{ key: "last", text: "pull 41", updatedAt: start }];
  }

  async forgetMemory(...args: readonly unknown[]): Promise<number> {
    this.calls.push({ name: "forgetMemory", args });
    return 1;
  }

  getAudit(filter: AuditFilter = {}): AuditList {
    this.calls.push({ name: "getAudit", args: [filter] });
    return recordedAudit;
  }

  getUsage(filter: UsageFilter): readonly UsageInfo[] {
    this.calls.push({ name: "getUsage", args: [filter] });
    const used = { inputTokens: 12, outputTokens: 3, cacheReadTokens: 0, cacheCreationTokens: 5 };
    const of = { day: filter.since, agentName: "platform.reviewer", model: "claude-x" };
    return [{ ...of, ...used, costUsd: 0.25 }];
  }

  async reload(): Promise<void> {
    this.calls.push({ name: "reload", args: [] });
    this.emit("config:reloaded", { changes: ["agent:writer added"] });
  }

  async recordInAudit(note: AuditNote): Promise<void> {
    this.recorded.push({ ...note, actor: currentActor() });
  }

  conceal(values: Iterable<string>): void {
    this.concealed.push(...values);
  }

  async stop(options?: StopOptions): Promise<void> {
    this.calls.push({ name: "stop", args: [options] });
  }

  async *streamLogs({
    signal,
    level,
  }: StreamOptions & { level?: string } = {}): AsyncGenerator<LogEntry> {
    for (let index = 0; !signal?.aborted;) {
      const entry = this.log[index];
      if (!entry) await this.#nextChange(signal).catch(() => undefined);
      else {
        index += 1;
        if (level === undefined || entry.level === level) yield entry;
      }
    }
  }

  async *streamJobLines(jobId: string, options: JobLinesOptions = {}): AsyncGenerator<OutputLine> {
    this.getJob(jobId);
    this.readers += 1;
    const { signal, follow = true } = options;
    try {
      for (let seq = options.fromSeq ?? 1; !signal?.aborted;) {
        const line = this.lines[seq - 1];
        if (line) {
          seq += 1;
          yield line;
        } else if (!follow || this.job.completedAt) return;
        else await this.#nextChange(signal).catch(() => undefined);
      }
    } finally {
      this.readers -= 1;
    }
  }

  /** The job says something. */
  say(text: string): void {
    const seq = this.lines.length + 1;
    this.lines.push({ seq, timestamp: start.toISOString(), attempt: 1, type: "assistant", text });
    this.#changed.emit("change");
  }

  /** The fleet's log gets an entry. */
  note(message: string, time: Date = start): void {
    this.log.push({ timestamp: time, level: "info", source: "fleet", message });
    this.#changed.emit("change");
  }

  /** The job ends. */
  finish(status: "completed" | "cancelled"): void {
    const completedAt = new Date(start.getTime() + 1_000);
    const exitReason = status === "completed" ? "success" : "cancelled";
    this.job = { ...this.job, status, exitReason, completedAt, durationMs: 995 };
    this.#changed.emit("change");
  }

  #nextChange(signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal?.aborted) reject(signal.reason);
    const settle = (): void => {
      this.#changed.off("change", settle);
      signal?.removeEventListener("abort", settle);
      if (signal?.aborted) reject(signal.reason);
      else resolve();
    };
    this.#changed.on("change", settle);
    signal?.addEventListener("abort", settle, { once: true });
    return promise;
  }
}
