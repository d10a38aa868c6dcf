import { jobOutputFile, readJobOutput } from "../../state/job-output.ts";
import { isFinal } from "../../state/job-record.ts";
import type { OutputLine } from "../../state/output-line.ts";
import { renderOutput } from "../../state/render-output.ts";
import type { Fleet } from "../fleet.ts";

/** Options of a stream of a job's output. */
export interface JobLinesOptions {
  /** First line wanted, 1-based (default 1). */
  readonly fromSeq?: number;
  /** Wait for more until the job is over (default `true`). */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

/** A job's output lines: history first, then live, without gap or repeat; ends with the job. */
export async function* streamJobLines(
  fleet: Pick<Fleet, "state" | "store" | "watch" | "unstored">,
  jobId: string,
  options: JobLinesOptions = {},
): AsyncGenerator<OutputLine> {
  const ended = new AbortController();
  const check = (): void => {
    const record = fleet.store.jobs.get(jobId);
    if (!record || isFinal(record.status) || fleet.unstored.has(jobId)) ended.abort();
  };
  const stopWatching = options.follow === false ? undefined : fleet.watch.onChange(check);
  check();
  if (options.follow === false) ended.abort();
  try {
    yield* readJobOutput(jobOutputFile(fleet.state.stateDir, jobId), {
      ended: ended.signal,
      ...(options.fromSeq !== undefined && { fromSeq: options.fromSeq }),
      ...(options.signal && { signal: options.signal }),
    });
  } finally {
    stopWatching?.();
  }
}

/** The rendered form of {@link streamJobLines}: all chunks joined are the job's output. */
export async function* streamJobOutput(
  fleet: Fleet,
  jobId: string,
  signal?: AbortSignal,
): AsyncGenerator<string> {
  for await (const line of streamJobLines(fleet, jobId, signal ? { signal } : {})) {
    const chunk = renderOutput(line);
    if (chunk !== "") yield chunk;
  }
}
