import type { OperationTypes } from "../contract-types.ts";
import type { FleetOperations } from "../operations.ts";
import type { FleetAddress } from "./address.ts";
import { agentCalls } from "./agent-calls.ts";
import { type Connection, createConnection, endDeadline } from "./connection.ts";
import { conversationCalls } from "./conversation-calls.ts";
import { memoryCalls } from "./memory-calls.ts";
import { resumeStream } from "./resume-stream.ts";
import { stopDaemon } from "./stop-daemon.ts";
import { waitForJob } from "./wait-for-job.ts";

/** Operations of a fleet in a daemon. */
export interface FleetClient extends FleetOperations {
  /** Ends every call and stream. */
  close(): void;
}

const nothing = { params: {}, query: {}, body: {} };

/**
 * Operates the fleet of the daemon behind a control socket, or on the network. Errors are `FleetManagerError`s with the
 * code and facts of the daemon's own; `DAEMON_UNREACHABLE` when there is none. A stream or a wait whose
 * daemon goes away bears that for 30 s, and goes on when one answers there again.
 *
 * @example
 * ```ts
 * const client = createFleetClient({ socketPath: ".herdctl/herdctl.sock" });
 * const job = await client.trigger("pr-reviewer");
 * console.log((await client.waitForJob(job.id)).exitReason);
 * ```
 */
export function createFleetClient(address: FleetAddress): FleetClient {
  return clientOver(createConnection(address));
}

/** Operates a fleet over this connection. */
export function clientOver(connection: Connection): FleetClient {
  const { call } = connection;
  return {
    getStatus: () => call("getStatus", nothing),
    getHealth: () => call("getHealth", nothing),
    getAgents: async () => (await call("getAgents", nothing)).agents,
    getAgent: (agentName) => call("getAgent", { ...nothing, params: { agentName } }),
    getJobs: (query = {}) => call("getJobs", { ...nothing, query }),
    getJob: (jobId) => call("getJob", { ...nothing, params: { jobId } }),
    getQueue: () => call("getQueue", nothing),
    ...scheduleCalls(connection),
    trigger: (agentName, scheduleName, options) =>
      call("trigger", triggerInput(agentName, scheduleName, options)),
    planTrigger: (agentName, scheduleName, options) =>
      call("planTrigger", triggerInput(agentName, scheduleName, options)),
    forkJob: (jobId, body = {}) => call("forkJob", { ...nothing, params: { jobId }, body }),
    retryJob: (jobId) => call("retryJob", { ...nothing, params: { jobId } }),
    resumeJob: (jobId, prompt) =>
      call("resumeJob", { ...nothing, params: { jobId }, body: { prompt } }),
    waitForJob: (jobId, options) => waitForJob(connection, jobId, options),
    cancelJob: (jobId) =>
      call("cancelJob", { ...nothing, params: { jobId } }, { deadline: endDeadline }),
    cancelAll: async (body = {}) => {
      const input = { ...nothing, body };
      return (await call("cancelAll", input, { deadline: endDeadline })).jobIds;
    },
    ...approvalCalls(connection),
    ...conversationCalls(connection),
    pause: (agentName) => call("pause", scopeInput(agentName)),
    resume: async (agentName) => (await call("resume", scopeInput(agentName))).wasPaused,
    ...sessionCalls(connection),
    ...memoryCalls(connection),
    ...agentCalls(connection),
    getAudit: (query = {}) => call("getAudit", { ...nothing, query }),
    getUsage: async (query) => (await call("getUsage", { ...nothing, query })).usage,
    reload: async () => (await call("reload", nothing)).changes,
    stop: (options) => stopDaemon(connection, options),
    streamLogs: ({ signal, onPresence, ...query } = {}) =>
      resumeStream(connection, "streamLogs", {
        input: { ...nothing, query },
        signal,
        onPresence,
      }),
    streamJobLines: (jobId, { signal, onPresence, ...query } = {}) =>
      resumeStream(connection, "streamJobLines", {
        input: { ...nothing, params: { jobId }, query },
        signal,
        onPresence,
      }),
    streamEvents: (options) =>
      resumeStream(connection, "streamEvents", { input: nothing, ...options }),
    close: () => connection.close(),
  };
}

type ScheduleOperation =
  | "getSchedules"
  | "getSchedule"
  | "getScheduleFires"
  | "previewSchedule"
  | "enableSchedule"
  | "disableSchedule";

function scheduleCalls({ call }: Connection): Pick<FleetOperations, ScheduleOperation> {
  return {
    getSchedules: async () => (await call("getSchedules", nothing)).schedules,
    getSchedule: (agentName, scheduleName) =>
      call("getSchedule", { ...nothing, params: { agentName, scheduleName } }),
    getScheduleFires: (query = {}) => call("getScheduleFires", { ...nothing, query }),
    previewSchedule: async (agentName, scheduleName, count) => {
      const query = count === undefined ? {} : { count };
      const input = { ...nothing, params: { agentName, scheduleName }, query };
      return (await call("previewSchedule", input)).instants;
    },
    enableSchedule: (agentName, scheduleName) =>
      call("enableSchedule", { ...nothing, params: { agentName, scheduleName } }),
    disableSchedule: (agentName, scheduleName) =>
      call("disableSchedule", { ...nothing, params: { agentName, scheduleName } }),
  };
}

function approvalCalls({
  call,
}: Connection): Pick<FleetOperations, "getApprovals" | "answerApproval"> {
  return {
    getApprovals: async (query = {}) =>
      (await call("getApprovals", { ...nothing, query })).approvals,
    answerApproval: (approvalId, reply, options) =>
      call("answerApproval", {
        ...nothing,
        params: { approvalId },
        body: { ...reply, ...options },
      }),
  };
}

function sessionCalls({
  call,
}: Connection): Pick<FleetOperations, "getSessions" | "getSession" | "getSessionMessages"> {
  return {
    getSessions: async (query = {}) => (await call("getSessions", { ...nothing, query })).sessions,
    getSession: (sessionId) => call("getSession", { ...nothing, params: { sessionId } }),
    getSessionMessages: (sessionId, query = {}) =>
      call("getSessionMessages", { ...nothing, params: { sessionId }, query }),
  };
}

function scopeInput(agentName: string | undefined): OperationTypes["pause"]["input"] {
  return { ...nothing, body: agentName === undefined ? {} : { agentName } };
}

function triggerInput(
  agentName: string,
  scheduleName: string | undefined,
  options: Parameters<FleetOperations["trigger"]>[2],
): OperationTypes["trigger"]["input"] {
  const body = { ...options, ...(scheduleName !== undefined && { scheduleName }) };
  return { params: { agentName }, query: {}, body };
}
