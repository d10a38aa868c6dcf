import type { JobRecord } from "../state/job-record.ts";

const goOn =
  "The last answer was cut off by a failure outside of this conversation. Go on where you stopped; " +
  "do not repeat what is done already.";

/**
 * How the next attempt of a job begins: what had begun goes on in its own conversation; what had not
 * starts again as it was asked.
 */
export function nextSession(
  job: JobRecord,
  hasWorked: boolean,
  sessionId: string | undefined = job.sessionId,
): Pick<JobRecord, "session" | "continuation"> {
  if (!hasWorked || sessionId === undefined) return {};
  return { session: { mode: "resume", from: sessionId }, continuation: job.continuation ?? goOn };
}
