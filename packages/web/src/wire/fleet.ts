import type {
  AgentInfo,
  FleetHealth,
  FleetProblem,
  FleetState,
  FleetStatus,
  LogEntry,
  LogLevel,
  QueueInfo,
  TriggerPlan,
  UsageInfo,
} from "@herdctl/core";
import { z } from "zod";
import { runtimeType, usageShape } from "./job.ts";
import { answer, date, oneOf } from "./schema.ts";

export const fleetStatus: z.ZodType<FleetStatus> = answer<FleetStatus>({
  state: oneOf<FleetState>({
    uninitialized: true,
    initialized: true,
    running: true,
    stopping: true,
    stopped: true,
  }),
  uptime: z.number(),
  name: z.string().optional(),
  configPath: z.string(),
  stateDir: z.string(),
  pid: z.number(),
  agents: answer<FleetStatus["agents"]>({
    total: z.number(),
    running: z.number(),
    idle: z.number(),
  }),
  paused: z.boolean(),
  jobs: answer<FleetStatus["jobs"]>({
    active: z.number(),
    queued: z.number(),
    waiting: z.number(),
    completed: z.number(),
    failed: z.number(),
    cancelled: z.number(),
  }),
  scheduler: answer<FleetStatus["scheduler"]>({
    nextTrigger: date.nullable(),
    activeSchedules: z.number(),
  }),
  storage: answer<FleetStatus["storage"]>({
    databaseBytes: z.number(),
    outputBytes: z.number(),
    logBytes: z.number(),
  }),
});

export const fleetHealth: z.ZodType<FleetHealth> = answer<FleetHealth>({
  problem: oneOf<FleetProblem>({ not_running: true, store: true, scheduler: true }).optional(),
  claudeProcesses: z.number(),
});

export const agentInfo: z.ZodType<AgentInfo> = answer<AgentInfo>({
  name: z.string(),
  description: z.string().optional(),
  state: oneOf<AgentInfo["state"]>({ running: true, idle: true }),
  paused: z.boolean(),
  runtime: runtimeType,
  model: z.string().optional(),
  workingDirectory: z.string(),
  configPath: z.string(),
  concurrency: answer<AgentInfo["concurrency"]>({
    running: z.number(),
    queued: z.number(),
    limit: z.number(),
  }),

  currentJob: z.string().optional(),
  runningJobs: z.array(z.string()),
  lastJob: z.string().optional(),
  schedules: z.array(z.string()),
  nextTrigger: date.nullable(),
});

export const queue: z.ZodType<QueueInfo> = answer<QueueInfo>({
  total: z.number(),
  items: z.array(
    answer<QueueInfo["items"][number]>({
      jobId: z.string(),
      agentName: z.string(),
      priority: z.number(),
      position: z.number(),
      queuedAt: date,
      waitingFor: oneOf<QueueInfo["items"][number]["waitingFor"]>({
        agent: true,
        fleet: true,
        paused: true,
      }),
    }),
  ),
});

export const triggerPlan: z.ZodType<TriggerPlan> = answer<TriggerPlan>({
  agentName: z.string(),
  scheduleName: z.string().optional(),
  prompt: z.string(),
  workingDirectory: z.string(),
  runtime: runtimeType,
  model: z.string().optional(),
  permissionMode: z.string(),
  allowedTools: z.array(z.string()),
  deniedTools: z.array(z.string()),
  mcpServers: z.array(z.string()),
  settingSources: z.array(z.string()),
  limits: answer<TriggerPlan["limits"]>({
    timeout: z.number().optional(),
    maxTurns: z.number().optional(),
    maxBudgetUsd: z.number().optional(),
  }),
  claudePath: z.string(),
});

export const usageInfo: z.ZodType<UsageInfo> = answer<UsageInfo>({
  day: z.string(),
  agentName: z.string(),
  model: z.string(),
  ...usageShape,
});

export const logLevel: z.ZodType<LogLevel> = oneOf<LogLevel>({
  debug: true,
  info: true,
  warn: true,
  error: true,
});

export const logEntry: z.ZodType<LogEntry> = answer<LogEntry>({
  seq: z.number().optional(),
  timestamp: date,
  level: logLevel,
  source: z.string(),
  message: z.string(),
  agentName: z.string().optional(),
  jobId: z.string().optional(),
});
