import { silentLogger } from "../logger.ts";
import { createRedactor } from "../redact.ts";
import type { JobRecord } from "../state/job-record.ts";
import { StateManager, type StateManagerOptions } from "../state/manager.ts";
import type { OutputLine } from "../state/output-line.ts";
import { resolveJobId } from "./control.ts";
import { JobNotFoundError } from "./errors.ts";
import { followLog } from "./logs/follow-log.ts";
import { toJob } from "./job-view.ts";
import { logFolder } from "./logs/log-files.ts";
import { type JobLinesOptions, streamJobLines } from "./logs/log-streaming.ts";
import * as queries from "./queries.ts";
import { StoreWatch } from "./store-watch.ts";
import type { Job, JobFilter, JobList, LogEntry, LogStreamOptions } from "./types.ts";

/** What is known of jobs, and of the log, from the state directory alone. */
export interface JobHistory extends AsyncDisposable {
  getJobPage(filter?: JobFilter): JobList;
  getJob(id: string): Job;
  streamJobLines(id: string, options?: JobLinesOptions): AsyncIterable<OutputLine>;
  streamLogs(options?: LogStreamOptions): AsyncIterable<LogEntry>;
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
  const state = await StateManager.open({ ...options, readOnly: true });
  const { store } = state;
  const watch = new StoreWatch(store, silentLogger);
  const source = { state, store, watch, redactor, unstored: new Map() };
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
    async [Symbol.asyncDispose]() {
      watch.close();
      await state.close();
    },
  };
}

function withoutPrompt(record: JobRecord): JobRecord {
  return { ...record, prompt: unshownPrompt };
}
