import type { Job } from "@herdctl/core";
import type { StreamOptions } from "../operations.ts";
import type { Connection } from "./connection.ts";
import { Retries } from "./retries.ts";

// The server answers a wait after 25 s at the latest.
const deadline = 40_000;

/**
 * Resolves with the job once it is over. When the connection breaks, it asks again, also a daemon that
 * comes back within the patience of the connection; when none does, it throws `DAEMON_UNREACHABLE`.
 */
export async function waitForJob(
  connection: Connection,
  jobId: string,
  options: StreamOptions = {},
): Promise<Job> {
  const retries = new Retries(connection, options);
  const { signal } = retries;
  // By its full id from the second time on: `latest` may name another job by then.
  let id = jobId;
  for (;;) {
    try {
      // A short one first: it tells at once whether the daemon is there.
      const query = retries.isInDoubt ? { timeout: 1 } : {};
      const input = { params: { jobId: id }, query, body: {} };
      const job = await connection.attempt("waitForJob", input, { deadline, signal });
      if (job.completedAt) return job;
      id = job.id;
      retries.recover();
    } catch (error) {
      if (signal.aborted) throw error;
      await retries.afterFailure(error);
    }
  }
}
