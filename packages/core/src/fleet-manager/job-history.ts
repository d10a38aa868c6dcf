import { silentLogger } from "../logger.ts";
import { createRedactor } from "../redact.ts";
import type { JobRecord } from "../state/job-record.ts";
import { StateManager, type StateManagerOptions } from "../state/manager.ts";
import type { OutputLine } from "../state/output-line.ts";
import { type AuditFilter, type AuditList, listAudit } from "./audit/audit-queries.ts";
import { resolveJobId } from "./control.ts";
import { JobNotFoundError } from "./errors.ts";
import type { Fleet } from "./fleet.ts";
import { followLog } from "./logs/follow-log.ts";
import { toJob } from "./job-view.ts";
import { logFolder } from "./logs/log-files.ts";
import { type JobLinesOptions, streamJobLines } from "./logs/log-streaming.ts";
import * as queries from "./queries.ts";
import { StoreWatch } from "./store-watch.ts";
import type { Job, JobFilter, JobList, LogEntry, LogStreamOptions, UsageInfo } from "./types.ts";

/** What is known of jobs, and of the log, from the state directory alone. */
export interface JobHistory extends AsyncDisposable {
  getJobPage(filter?: JobFilter): JobList;
  getJob(id: string): Job;
  streamJobLines(id: string, options?: JobLinesOptions): AsyncIterable<OutputLine>;
  streamLogs(options?: LogStreamOptions): AsyncIterable<LogEntry>;
  getAudit(filter?: AuditFilter): AuditList;
  getUsage(filter: { readonly since: string; readonly agentName?: string }): readonly UsageInfo[];
}

// Output, answers and errors were masked when they were stored. The prompt is stored as it is used,
// and which of its words are secret only a valid configuration can tell.
const unshownPrompt = "(not shown without a valid configuration)";
// No secrets are known here.
const redactor = createRedactor([]);

/**
 * Opens the job history of a state directory for reading. Needs no configuration, no daemon and no
 * right to write: for a look back when something of that is broken.
 *
 * @throws `STATE_DIR` when there is no state directory, or it cannot be read
 */
export async function openJobHistory(
  options: Omit<StateManagerOptions, "readOnly">,
): Promise<JobHistory> {
  return historyOf(sourceOf(await StateManager.open({ ...options, readOnly: true })));
}

/** What a history is read from: the parts of a fleet that need no configuration. */
export type HistorySource = Pick<Fleet, "state" | "store" | "watch" | "redactor" | "unstored">;

/** Of an open state directory. */
export function sourceOf(state: StateManager): HistorySource {
  const { store } = state;
  const watch = new StoreWatch(store, silentLogger);
  return { state, store, watch, redactor, unstored: new Map() };
}

/** Reads it; disposing closes the state directory. */
export function historyOf(source: HistorySource): JobHistory {
  const { state, store, watch } = source;
  return {
    getJobPage(filter = {}) {
      const page = store.jobs.list(queries.toStoreFilter(filter));
      return { ...page, jobs: page.jobs.map((record) => toJob(withoutPrompt(record), redactor)) };
    },
    getJob(id) {
      const record = store.jobs.get(resolveJobId(source, id));
      if (!record) throw new JobNotFoundError(id);
      return queries.getJob(source, withoutPrompt(record));
    },
    streamJobLines: (id, lines) => streamJobLines(source, resolveJobId(source, id), lines),
    streamLogs({ jobId, ...log } = {}) {
      const about = jobId === undefined ? {} : { jobId: resolveJobId(source, jobId) };
      return followLog(logFolder(state.stateDir), { ...log, ...about });
    },
    getAudit: (filter = {}) => listAudit(store, filter),
    getUsage: (filter) => store.usage.list(filter),
    async [Symbol.asyncDispose]() {
      watch.close();
      await state.close();
    },
  };
}

function withoutPrompt(record: JobRecord): JobRecord {
  return { ...record, prompt: unshownPrompt };
}
