import type { loginRoutes } from "../contract-login.ts";
import type { OperationTypes, StreamTypes } from "../contract-types.ts";

/** What the documentation says of a route, in Markdown. */
export interface RouteDoc {
  /** What comes back; of a stream, its items. */
  readonly answer: string;
  /** Fields that it takes. */
  readonly input?: string;
}

/** Of every operation; the reference and the OpenAPI document have it. */
export const operationDocs: { readonly [Name in keyof OperationTypes]: RouteDoc } = {
  getStatus: {
    answer: "the fleet at this instant",
  },
  getHealth: {
    answer:
      "whether the fleet can do its work: `problem` (`not_running`, `store`, `scheduler`) where it cannot, and how many `claudeProcesses` its jobs have started; writes once to the disk",
  },
  getAgents: {
    answer: "`{agents: […]}`",
  },
  getAgent: {
    answer: "one agent",
  },
  getJobs: {
    answer: "`{jobs: […], nextCursor}`, newest first, without output",
    input:
      "query: `agentName`, `scheduleName`, `status`, `trigger`, `startedAfter`, `startedBefore`, `text`, `limit` (100 by default, 1,000 at most), `cursor`",
  },
  getJob: {
    answer: "one job, with the last 1 MiB of its rendered output",
  },
  waitForJob: {
    answer: "the job, once it is over or `timeout` has passed",
    input: "query: `timeout` in milliseconds, at most and by default 25,000",
  },
  getQueue: {
    answer: "`{total, items: […]}`, next first; `waitingFor`: `agent`, `fleet` or `paused`",
  },
  getSchedules: {
    answer: "`{schedules: […]}`",
  },
  getSchedule: {
    answer: "one schedule",
  },
  getScheduleFires: {
    answer: "`{fires: […], nextCursor}`: what became of due instants, latest first",
    input: "query: `agentName`, `scheduleName`, `limit` (100 by default, 1,000 at most), `cursor`",
  },
  previewSchedule: {
    answer: "`{instants: […]}` at which it fires next, or would if it were enabled",
    input: "query: `count`, at most 1,000 (default 5)",
  },
  enableSchedule: {
    answer: "204; 409 when its file disables it",
  },
  disableSchedule: {
    answer: "204; it stays off over restarts",
  },
  trigger: {
    answer: "201 and the job, once it is durably stored",
    input: "body: `scheduleName`, `promptOverride`, `workItems`, `priority`, `queue`, `resume`",
  },
  planTrigger: {
    answer: "what the trigger would run, without running it",
    input: "body: `scheduleName`, `promptOverride`, `workItems`, `priority`, `queue`, `resume`",
  },
  forkJob: {
    answer: "201 and a new job from this one, with the configuration that it ran with",
    input:
      "body: `promptOverride`, `workItems`, `priority`, `model`, `maxTurns`, `session` (`new` or `fork`)",
  },
  retryJob: {
    answer: "201 and a new job: the same request with today's configuration",
  },
  resumeJob: {
    answer: "201 and a new job that goes on in the session of this one",
    input: "body: `prompt` (required)",
  },
  cancelJob: {
    answer: "204, once nothing of the job is alive",
  },
  cancelAll: {
    answer: "`{jobIds: […]}` of the jobs that were not over, once nothing of them is alive",
    input: "body: `agentName`; without it, all jobs",
  },
  getApprovals: {
    answer:
      "`{approvals: […]}`, oldest first: tool calls that wait for a person, and those that did ([guide](../guides/approvals-and-questions.md))",
    input:
      "query: `status` (`pending`, `allowed`, `denied`, `answered`, `expired`, `withdrawn`), `agentName`, `jobId`, `limit` (the latest 1,000 by default and at most)",
  },
  answerApproval: {
    answer: "the request as it is now; 409 when it does not wait any more",
    input:
      "body: `decision` (`allow` or `deny`) and `reason`, or for a question `answer`; `by`, who says so",
  },
  openConversation: {
    answer:
      "the conversation, opened or joined: `agentName`, `key`, `state` (`resting`, `queued`, `answering`, `idle`, `closed`), `sessionId`, `jobId`, `lastEventId` ([guide](../guides/conversations.md))",
    input:
      "body: `key` (default: a new one), `resume` (a session, or the key of a conversation), `idleTimeout` in milliseconds (default 600,000)",
  },
  sendMessage: {
    answer: "202 and `{turnId}`; what comes of it is in the stream of the conversation",
    input:
      "body: `content`, a text or an array of `text`, `image` and `document` blocks (required); `id`, a uuid: what is sent again with it is the same message; `verbatim`",
  },
  interruptConversation: {
    answer: "204, once the turn in progress has ended",
  },
  closeConversation: {
    answer: "204, once nothing of it is alive; its key opens it again",
  },
  pause: {
    answer: "204; over restarts, queued jobs wait and scheduled fires are skipped",
    input: "body: `agentName`; without it, the fleet",
  },
  resume: {
    answer: "`{wasPaused}`",
    input: "body: `agentName`; without it, the fleet",
  },
  getSessions: {
    answer:
      "`{sessions: […]}`, last used first; `resumable`, else an `obstacle` with `reason` and `message`; `openIn`: the process that has it open",
    input: "query: `agentName`, `all` (not only the 50 last used)",
  },
  getSession: {
    answer: "the session, by its id or a unique start of it",
  },
  getSessionMessages: {
    answer:
      "`{messages: […], nextCursor}`, oldest first, those of a subagent (`parentToolUseId`) within the call that started it; a page may have less than asked for",
    input: "query: `limit` (100 by default, 1,000 at most), `cursor`",
  },
  getMemory: {
    answer: "`{memory: […]}`, ordered by key: `key`, `text`, `updatedAt`",
    input: "query: `search`, in key or text",
  },
  forgetMemory: {
    answer: "`{forgotten}`, how many",
    input: "body: `key`; without it, all",
  },
  getUsage: {
    answer: "`{usage: […]}`, one for each day, agent and model",
    input: "query: `since`, a date (required), `agentName`",
  },
  getAudit: {
    answer:
      "`{entries: […], nextCursor}`: who asked for what, latest first; `outcome` is `ok` or the code of an error, `newJobId` the job that it made",
    input:
      "query: `operation`, `agentName`, `jobId`, `since`, `limit` (100 by default, 1,000 at most), `cursor`",
  },
  previewAgent: {
    answer:
      "the agent that would be added: `name`, where it is from, its `files` without what is in them, `demands`, and a `digest` of its files ([guide](../guides/agents-from-elsewhere.md)); the fleet's machine fetches it, which may take minutes; 422 when it cannot",
    input:
      "body: `source` (required), `name`, `path`, `ref`; a relative folder starts from the fleet file's",
  },
  addAgent: {
    answer: "201 and the agent as it was added; the fleet has it at once",
    input:
      "body: `source` (required), `name`, `path`, `ref`, and the `digest` that was shown: 409 when it is something else by now",
  },
  getInstalledAgents: {
    answer: "`{agents: […]}` that were added from elsewhere, each with the state of its files",
  },
  getInstalledAgent: {
    answer: "one of them, with its `demands` as its file is now",
  },
  removeAgent: {
    answer:
      "`{folder, removed, kept}`: files that are gone, and those that were changed and stay; 409 while it has jobs that are not over",
    input: "body: `force` removes what was changed, too",
  },
  reload: {
    answer: "`{changes: […]}` of the configuration; invalid: 422, and the old one stays",
  },
  stop: {
    answer: "202; the socket is gone when the daemon has stopped",
    input: "body: `waitForJobs`, `leaveRunning`, `timeout` in milliseconds, `reason`",
  },
};

/** Of every stream. */
export const streamDocs: { readonly [Name in keyof StreamTypes]: RouteDoc } = {
  streamEvents: {
    answer: "events of the fleet from now on, `{type, …}`; all but output and log",
  },
  streamLogs: {
    answer: "the fleet's log: history, then live",
    input: "query: `level`, `agentName`, `jobId`, `tail`, `fromSeq`, `follow`",
  },
  streamJobLines: {
    answer: "the job's output, line by line as stored: history, then live",
    input: "query: `fromSeq`, `follow`",
  },
  streamConversation: {
    answer:
      "what happens in the conversation: what is kept of it (the last 1,000 events or 1 MiB), then live; ends when it is closed",
    input: "query: `after`, the id of an event, such as `lastEventId` of the conversation",
  },
};

/** Of the ways in and out for browsers, over TCP. */
export const loginDocs: { readonly [Name in keyof typeof loginRoutes]: RouteDoc } = {
  login: {
    answer: "`{access, expiresAt}` and a cookie; 429 with `Retry-After` after too many failures",
    input: "body: `token` (required)",
  },
  logout: { answer: "204; the cookie is worth nothing any more" },
};
