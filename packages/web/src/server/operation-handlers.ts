import type { StopOptions } from "@herdctl/core";
import type { OperationTypes } from "../contract-types.ts";
import type { OpenConversations } from "../conversations/open-conversations.ts";
import type { FleetTarget } from "../fleet-target.ts";
import { reloadFleet } from "../reload-fleet.ts";
import { agentHandlers } from "./agent-handlers.ts";
import type { OperationHandler } from "./operation-handler.ts";

/** Answers every operation of the contract: a missing one is a type error. */
export type OperationHandlers = {
  readonly [Name in keyof OperationTypes]: OperationHandler<Name>;
};

/** A wait is answered at least this often, milliseconds: the client asks again. */
const longestWait = 25_000;

/** What the operations are made of. */
export interface OperationSources {
  readonly fleet: FleetTarget;
  readonly conversations: OpenConversations;
  /** Must not be waited for: it ends the server. */
  readonly onStop: (options: StopOptions) => void;
}

/** Serves the operations with this fleet. */
export function createOperationHandlers({
  fleet,
  conversations,
  onStop,
}: OperationSources): OperationHandlers {
  return {
    getStatus: () => fleet.getStatus(),
    getHealth: () => fleet.getHealth(),
    getAgents: () => ({ agents: fleet.getAgents() }),
    getAgent: ({ params }) => fleet.getAgent(params.agentName),
    getJobs: ({ query }) => fleet.getJobPage(query),
    getJob: ({ params }) => fleet.getJob(params.jobId),
    getQueue: () => fleet.getQueue(),
    ...scheduleHandlers(fleet),
    trigger: ({ params, body: { scheduleName, ...options } }) =>
      fleet.trigger(params.agentName, scheduleName, options),
    planTrigger: ({ params, body: { scheduleName, ...options } }) =>
      fleet.planTrigger(params.agentName, scheduleName, options),
    forkJob: ({ params, body }) => fleet.forkJob(params.jobId, body),
    retryJob: ({ params }) => fleet.retryJob(params.jobId),
    resumeJob: ({ params, body }) => fleet.resumeJob(params.jobId, body.prompt),
    waitForJob: async ({ params, query }, signal) => {
      const enough = AbortSignal.timeout(Math.min(query.timeout ?? longestWait, longestWait));
      const ended = AbortSignal.any([enough, signal]);
      try {
        return await fleet.waitForJob(params.jobId, { signal: ended });
      } catch (error) {
        if (ended.aborted) return fleet.getJob(params.jobId);
        throw error;
      }
    },
    cancelJob: async ({ params }) => {
      await fleet.cancelJob(params.jobId);
      return undefined;
    },
    cancelAll: async ({ body }) => ({ jobIds: await fleet.cancelAll(body) }),
    getApprovals: ({ query }) => ({ approvals: fleet.getApprovals(query) }),
    answerApproval: ({ params, body: { by, ...reply } }) =>
      fleet.answerApproval(params.approvalId, reply, by === undefined ? {} : { by }),
    ...conversationHandlers(conversations),
    pause: async ({ body }) => {
      await fleet.pause(body.agentName);
      return undefined;
    },
    resume: async ({ body }) => ({ wasPaused: await fleet.resume(body.agentName) }),
    ...sessionHandlers(fleet),
    ...memoryHandlers(fleet),
    getAudit: ({ query }) => fleet.getAudit(query),
    getUsage: ({ query }) => ({ usage: fleet.getUsage(query) }),
    ...agentHandlers(fleet),
    reload: async () => ({ changes: await reloadFleet(fleet) }),
    stop: ({ body }) => {
      onStop(body);
      return undefined;
    },
  };
}

type ConversationOperation =
  | "openConversation"
  | "sendMessage"
  | "interruptConversation"
  | "closeConversation";

function conversationHandlers(
  conversations: OpenConversations,
): Pick<OperationHandlers, ConversationOperation> {
  return {
    openConversation: ({ params, body }) => conversations.open(params.agentName, body),
    sendMessage: ({ params, body: { content, ...options } }) => ({
      turnId: conversations.send(params, content, options),
    }),
    interruptConversation: async ({ params }) => {
      await conversations.interrupt(params);
      return undefined;
    },
    closeConversation: async ({ params }) => {
      await conversations.close(params);
      return undefined;
    },
  };
}

function sessionHandlers(
  fleet: FleetTarget,
): Pick<OperationHandlers, "getSessions" | "getSession" | "getSessionMessages"> {
  return {
    getSessions: async ({ query }) => ({ sessions: await fleet.getSessions(query) }),
    getSession: ({ params }) => fleet.getSession(params.sessionId),
    getSessionMessages: ({ params, query }) => fleet.getSessionMessages(params.sessionId, query),
  };
}

function memoryHandlers(fleet: FleetTarget): Pick<OperationHandlers, "getMemory" | "forgetMemory"> {
  return {
    getMemory: ({ params, query }) => ({ memory: fleet.getMemory(params.agentName, query) }),
    forgetMemory: async ({ params, body }) => ({
      forgotten: await fleet.forgetMemory(params.agentName, body.key),
    }),
  };
}

type ScheduleOperation =
  | "getSchedules"
  | "getSchedule"
  | "getScheduleFires"
  | "previewSchedule"
  | "enableSchedule"
  | "disableSchedule";

function scheduleHandlers(fleet: FleetTarget): Pick<OperationHandlers, ScheduleOperation> {
  return {
    getSchedules: () => ({ schedules: fleet.getSchedules() }),
    getSchedule: ({ params }) => fleet.getSchedule(params.agentName, params.scheduleName),
    getScheduleFires: ({ query }) => fleet.getScheduleFires(query),
    previewSchedule: ({ params: { agentName, scheduleName }, query }) => ({
      instants: fleet.previewSchedule(agentName, scheduleName, query.count),
    }),
    enableSchedule: async ({ params }) => {
      await fleet.enableSchedule(params.agentName, params.scheduleName);
      return undefined;
    },
    disableSchedule: async ({ params }) => {
      await fleet.disableSchedule(params.agentName, params.scheduleName);
      return undefined;
    },
  };
}
