import { OpenConversations } from "./conversations/open-conversations.ts";
import { createEventRing } from "./event-ring.ts";
import type { FleetTarget } from "./fleet-target.ts";
import { reloadFleet } from "./reload-fleet.ts";
import type { FleetEvent, FleetOperations, StreamOptions } from "./operations.ts";

/** The operations of a fleet in this process, in the same form as those of a daemon. */
export function localOperations(fleet: FleetTarget): FleetOperations {
  const conversations = new OpenConversations(fleet);
  return {
    getStatus: async () => fleet.getStatus(),
    getHealth: () => fleet.getHealth(),
    getAgents: async () => fleet.getAgents(),
    getAgent: async (agentName) => fleet.getAgent(agentName),
    getJobs: async (filter) => fleet.getJobPage(filter),
    getJob: async (jobId) => fleet.getJob(jobId),
    getQueue: async () => fleet.getQueue(),
    getSchedules: async () => fleet.getSchedules(),
    getSchedule: async (agentName, scheduleName) => fleet.getSchedule(agentName, scheduleName),
    getScheduleFires: async (filter) => fleet.getScheduleFires(filter),
    previewSchedule: async (agentName, scheduleName, count) =>
      fleet.previewSchedule(agentName, scheduleName, count),
    enableSchedule: (agentName, scheduleName) => fleet.enableSchedule(agentName, scheduleName),
    disableSchedule: (agentName, scheduleName) => fleet.disableSchedule(agentName, scheduleName),
    trigger: (agentName, scheduleName, options) => fleet.trigger(agentName, scheduleName, options),
    planTrigger: (agentName, scheduleName, options) =>
      fleet.planTrigger(agentName, scheduleName, options),
    forkJob: (jobId, modifications) => fleet.forkJob(jobId, modifications),
    retryJob: (jobId) => fleet.retryJob(jobId),
    resumeJob: (jobId, prompt) => fleet.resumeJob(jobId, prompt),
    waitForJob: (jobId, options) => fleet.waitForJob(jobId, options),
    cancelJob: (jobId) => fleet.cancelJob(jobId),
    cancelAll: (scope) => fleet.cancelAll(scope),
    getApprovals: async (filter) => fleet.getApprovals(filter),
    answerApproval: (approvalId, reply, options) =>
      fleet.answerApproval(approvalId, reply, options),
    openConversation: (agentName, options = {}) => conversations.open(agentName, options),
    sendMessage: async (conversation, content, options = {}) =>
      conversations.send(conversation, content, options),
    interruptConversation: (conversation) => conversations.interrupt(conversation),
    closeConversation: (conversation) => conversations.close(conversation),
    pause: (agentName) => fleet.pause(agentName),
    resume: (agentName) => fleet.resume(agentName),
    getSessions: (filter) => fleet.getSessions(filter),
    getSession: (sessionId) => fleet.getSession(sessionId),
    getSessionMessages: (sessionId, filter) => fleet.getSessionMessages(sessionId, filter),
    getMemory: async (agentName, options) => fleet.getMemory(agentName, options),
    forgetMemory: (agentName, key) => fleet.forgetMemory(agentName, key),
    getAudit: async (filter) => fleet.getAudit(filter),
    getUsage: async (filter) => fleet.getUsage(filter),
    previewAgent: (source, options) => fleet.previewAgent(source, options),
    addAgent: (source, options) => fleet.addAgent(source, options),
    getInstalledAgents: () => fleet.getInstalledAgents(),
    getInstalledAgent: (agentName) => fleet.getInstalledAgent(agentName),
    removeAgent: (agentName, options) => fleet.removeAgent(agentName, options),
    reload: () => reloadFleet(fleet),
    stop: (options) => fleet.stop(options),
    streamLogs: (options) => fleet.streamLogs(options),
    streamJobLines: (jobId, options) => fleet.streamJobLines(jobId, options),
    async *streamConversation(conversation, options = {}) {
      for await (const { event } of conversations.read(conversation, options).events) yield event;
    },
    streamEvents: (options) => streamEvents(fleet, options),
  };
}

async function* streamEvents(
  fleet: FleetTarget,
  options: StreamOptions = {},
): AsyncGenerator<FleetEvent> {
  const ring = createEventRing(fleet);
  try {
    for await (const { event } of ring.readAfter(0, options.signal)) yield event;
  } finally {
    ring.close();
  }
}
