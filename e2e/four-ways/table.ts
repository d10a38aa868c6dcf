import { once } from "node:events";
import { userInfo } from "node:os";
import { conversationRows } from "./conversation-rows.ts";
import { firstEvent } from "./first-event.ts";
import { collect, itemOf, itemsOf, noAnswer, without } from "./picks.ts";
import type { Table } from "./row.ts";
import { installed, offered } from "./agents-from-elsewhere.ts";
import { edited, emptied, finished, queued, remembered, talked, parked } from "./situations.ts";

const issue = { type: "issue", url: "https://issues.example/7" };
const ofWriter = {
  agentName: "writer",
  trigger: "manual",
  text: "hello",
  startedAfter: new Date("2000-01-01"),
  startedBefore: new Date("2100-01-01"),
  limit: 5,
} as const;

// What `herdctl status` has beside the status.
const beside = ["running", "health", "agentList", "schedules", "queue", "waiting", "approvals"];

/** Every operation, the same in all four ways: what is missing here does not compile. */
export const table: Table = {
  getStatus: {
    ask: (fleet) => fleet.getStatus(),
    cli: { args: () => ["status"], pick: (answer) => without(answer, beside) },
  },
  getHealth: {
    ask: (fleet) => fleet.getHealth(),
    cli: { args: () => ["status"], pick: ({ health }) => health },
  },
  getAgents: {
    ask: (fleet) => fleet.getAgents(),
    cli: { args: () => ["agents"], pick: ({ agents }) => agents },
  },
  getAgent: {
    ask: (fleet) => fleet.getAgent("writer"),
    cli: { args: () => ["agents", "writer"], pick: (agent) => agent },
  },
  getJobs: {
    ask: (fleet) => fleet.getJobs(ofWriter),
    library: (library) => library.getJobPage(ofWriter),
    cli: {
      args: () =>
        (
          "jobs --agent writer --trigger manual --text hello " +
          "--since 2000-01-01 --until 2100-01-01 --limit 5"
        ).split(" "),
      pick: (list) => list,
    },
  },
  getJob: {
    before: finished,
    ask: (fleet, id) => fleet.getJob(id.slice(0, -1)),
    cli: { args: (id) => ["job", id], pick: (job) => job },
  },
  getQueue: {
    before: queued,
    ask: (fleet) => fleet.getQueue(),
    cli: { args: () => ["queue"], pick: (answer) => without(answer, ["waiting"]) },
  },
  getSchedules: {
    ask: (fleet) => fleet.getSchedules(),
    cli: { args: () => ["schedule", "list"], pick: ({ schedules }) => schedules },
  },
  getSchedule: {
    ask: (fleet) => fleet.getSchedule("writer", "yearly"),
    cli: {
      args: () => ["schedule", "list"],
      pick: ({ schedules }) => itemOf(schedules, { agentName: "writer", name: "yearly" }),
    },
  },
  getScheduleFires: {
    ask: (fleet) => fleet.getScheduleFires({ agentName: "writer", limit: 3 }),
    cli: {
      args: () => ["schedule", "history", "writer", "--limit", "3"],
      pick: (list) => list,
    },
  },
  previewSchedule: {
    ask: (fleet) => fleet.previewSchedule("writer", "yearly", 3),
    cli: {
      args: () => ["schedule", "next", "writer", "yearly", "--count", "3"],
      pick: ({ fires }) => itemsOf(fires).map(({ at }) => at),
    },
  },
  enableSchedule: {
    before: ({ library }) => library.disableSchedule("writer", "yearly"),
    ask: (fleet) => fleet.enableSchedule("writer", "yearly"),
    effect: (library) => library.getSchedule("writer", "yearly"),
    cli: { args: () => ["schedule", "enable", "writer", "yearly"], pick: noAnswer },
  },
  disableSchedule: {
    before: ({ library }) => library.enableSchedule("writer", "yearly"),
    ask: (fleet) => fleet.disableSchedule("writer", "yearly"),
    effect: (library) => library.getSchedule("writer", "yearly"),
    cli: { args: () => ["schedule", "disable", "writer", "yearly"], pick: noAnswer },
  },
  trigger: {
    before: emptied,
    ask: (fleet) => fleet.trigger("calm", undefined, { promptOverride: "Do it.", priority: 3 }),
    effect: (library) => library.getQueue(),
    cli: {
      args: () => ["trigger", "calm", "-p", "Do it.", "--priority", "3", "--detach"],
      pick: (job) => job,
    },
  },
  planTrigger: {
    ask: (fleet) => fleet.planTrigger("writer", "yearly", { priority: 2, workItems: [issue] }),
    cli: {
      args: () => {
        const item = JSON.stringify(issue);
        return ["trigger", "writer", "yearly", "--priority", "2", "--work-item", item, "--dry-run"];
      },
      pick: (plan) => plan,
    },
  },
  forkJob: {
    before: emptied,
    ask: (fleet, id) => fleet.forkJob(id, { promptOverride: "Again.", maxTurns: 2, priority: 1 }),
    effect: (library) => library.getQueue(),
    cli: {
      args: (id) => ["fork", id, "-p", "Again.", "--max-turns", "2", "--priority", "1", "--detach"],
      pick: (job) => job,
    },
  },
  retryJob: {
    before: emptied,
    ask: (fleet, id) => fleet.retryJob(id),
    effect: (library) => library.getQueue(),
    cli: { args: (id) => ["retry", id, "--detach"], pick: (job) => job },
  },
  resumeJob: {
    before: emptied,
    ask: (fleet, id) => fleet.resumeJob(id, "Go on."),
    effect: (library) => library.getQueue(),
    cli: { args: (id) => ["resume", id, "-p", "Go on.", "--detach"], pick: (job) => job },
  },
  waitForJob: {
    ask: async (fleet) => fleet.waitForJob((await fleet.trigger("writer")).id),
    cli: { args: () => ["trigger", "writer"], pick: (job) => job },
  },
  cancelJob: {
    before: queued,
    ask: (fleet, id) => fleet.cancelJob(id),
    effect: (library, id) => library.getJob(id),
    cli: { args: (id) => ["cancel", id], pick: noAnswer },
  },
  cancelAll: {
    before: queued,
    ask: (fleet) => fleet.cancelAll({ agentName: "calm" }),
    effect: (library, id) => library.getJob(id),
    cli: { args: () => ["cancel", "--all", "--agent", "calm"], pick: ({ jobIds }) => jobIds },
  },
  getApprovals: {
    before: parked,
    ask: (fleet) => fleet.getApprovals({ status: "pending", agentName: "asker" }),
    cli: {
      args: () => ["approvals", "list", "--status", "pending", "--agent", "asker"],
      pick: ({ approvals }) => approvals,
    },
  },
  answerApproval: {
    before: parked,
    ask: (fleet, id) =>
      fleet.answerApproval(id, { decision: "deny", reason: "No." }, { by: userInfo().username }),
    cli: {
      args: (id) => ["approvals", "deny", id, "-m", "No."],
      pick: (approval) => approval,
    },
  },
  ...conversationRows,
  pause: {
    before: ({ library }) => library.resume("keeper"),
    ask: (fleet) => fleet.pause("keeper"),
    effect: (library) => library.getAgent("keeper"),
    cli: { args: () => ["pause", "keeper"], pick: noAnswer },
  },
  resume: {
    before: ({ library }) => library.pause("keeper"),
    ask: (fleet) => fleet.resume("keeper"),
    effect: (library) => library.getAgent("keeper"),
    cli: { args: () => ["resume", "keeper"], pick: ({ wasPaused }) => wasPaused },
  },
  getSessions: {
    ask: (fleet) => fleet.getSessions({ agentName: "calm" }),
    cli: { args: () => ["sessions", "calm"], pick: ({ sessions }) => sessions },
  },
  getSession: {
    before: talked,
    ask: (fleet, sessionId) => fleet.getSession(sessionId.slice(0, 12)),
    cli: {
      args: () => ["sessions", "calm"],
      pick: ({ sessions }) => itemOf(sessions, {}),
    },
  },
  getSessionMessages: {
    before: talked,
    ask: (fleet, sessionId) => fleet.getSessionMessages(sessionId),
    cli: {
      args: (sessionId) => ["sessions", "show", sessionId],
      lines: true,
      pick: (messages) => ({ messages }),
    },
  },
  getMemory: {
    before: remembered,
    ask: (fleet) => fleet.getMemory("keeper", { search: "pull" }),
    cli: {
      args: () => ["memory", "list", "keeper", "--search", "pull"],
      pick: ({ memory }) => memory,
    },
  },
  forgetMemory: {
    before: remembered,
    ask: (fleet) => fleet.forgetMemory("keeper", "last"),
    effect: (library) => library.getMemory("keeper"),
    cli: {
      args: () => ["memory", "forget", "keeper", "last"],
      pick: ({ forgotten }) => forgotten,
    },
  },
  getAudit: {
    ask: (fleet) => fleet.getAudit({ agentName: "calm", operation: "pause", limit: 1 }),
    cli: {
      args: () => ["audit", "--agent", "calm", "--operation", "pause", "--limit", "1"],
      pick: (list) => list,
    },
  },
  getUsage: {
    ask: (fleet) => fleet.getUsage({ since: "2000-01-01", agentName: "calm" }),
    cli: {
      args: () => ["usage", "--since", "2000-01-01", "--agent", "calm"],
      pick: ({ usage }) => usage,
    },
  },
  previewAgent: {
    before: offered,
    ask: (fleet, source) => fleet.previewAgent(source, { name: "second" }),
    cli: {
      args: (source) => ["agent", "add", source, "--name", "second", "--dry-run"],
      pick: (answer) => without(answer, ["added"]),
    },
  },
  addAgent: {
    before: offered,
    ask: (fleet, source) => fleet.addAgent(source),
    effect: (library) => library.getAgent("guest"),
    cli: {
      args: (source) => ["agent", "add", source, "--yes"],
      pick: (answer) => without(answer, ["files", "demands", "description", "digest", "added"]),
      shown: (answer) => without(answer, ["files", "installedAt"]),
    },
  },
  getInstalledAgents: {
    before: installed,
    ask: (fleet) => fleet.getInstalledAgents(),
    cli: { args: () => ["agent", "list"], pick: ({ agents }) => agents },
  },
  getInstalledAgent: {
    before: installed,
    ask: (fleet) => fleet.getInstalledAgent("guest"),
    cli: { args: () => ["agent", "info", "guest"], pick: (agent) => agent },
  },
  removeAgent: {
    before: installed,
    ask: (fleet) => fleet.removeAgent("guest"),
    effect: (library) => library.getAgents().map(({ name }) => name),
    cli: { args: () => ["agent", "remove", "guest"], pick: (answer) => without(answer, ["name"]) },
  },
  reload: {
    before: edited,
    ask: (fleet) => fleet.reload(),
    library: async (library) => {
      const reloaded = once(library, "config:reloaded");
      await library.reload();
      const [{ changes }] = await reloaded;
      return changes;
    },
    cli: { args: () => ["reload"], pick: ({ changes }) => changes },
  },
  stop: {
    ask: (fleet) => fleet.stop({ reason: "herdctl stop" }),
    effect: (library) => library.state,
    cli: { args: () => ["stop"], pick: noAnswer },
  },
  streamLogs: {
    before: finished,
    ask: (fleet, jobId) =>
      collect(
        fleet.streamLogs({ follow: false, tail: 3, agentName: "writer", jobId, level: "debug" }),
      ),
    cli: {
      args: (jobId) => `logs -n 3 --agent writer --job ${jobId} --level debug`.split(" "),
      lines: true,
      pick: (entries) => entries,
    },
  },
  streamJobLines: {
    before: finished,
    ask: (fleet, id) => collect(fleet.streamJobLines(id)),
    cli: { args: (id) => ["logs", id], lines: true, pick: (lines) => lines },
  },
  streamEvents: {
    before: emptied,
    ask: (fleet) => firstEvent(fleet),
  },
};
