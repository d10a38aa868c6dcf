import type { Clock } from "../../clock.ts";
import type { ResolvedNotify } from "../../config/resolved.ts";
import { FleetManagerError, messageOf } from "../../errors.ts";
import { runCommand } from "../../processes/run-command.ts";
import type { Notice } from "./notice.ts";

/** How to reach a person. */
export interface NoticeRoute {
  readonly notify: ResolvedNotify;
  /** Where the command runs. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds before the second and third try of an address (default 1,000 and 4,000). */
  readonly pauses?: readonly number[];
}

const deadline = 30_000;
const answerDeadline = 10_000;
const stderrShown = 2_000;

/** Hands a notice to the configured command and address; resolves with what went wrong. */
export async function sendNotice(notice: Notice, route: NoticeRoute): Promise<readonly string[]> {
  const { command, url } = route.notify;
  const sent = await Promise.all([
    command === undefined ? undefined : runNotifyCommand(notice, command, route),
    url === undefined ? undefined : postNotice(notice, url, route),
  ]);
  return sent.filter((problem) => problem !== undefined);
}

async function runNotifyCommand(
  notice: Notice,
  command: string,
  { cwd, env, signal }: NoticeRoute,
): Promise<string | undefined> {
  const result = await runCommand({
    command,
    cwd,
    env: { ...env, ...variablesOf(notice) },
    marker: `notify-${crypto.randomUUID()}`,
    label: "herdctl:notify",
    input: `${JSON.stringify(notice)}\n`,
    timeout: deadline,
    signal,
    outputLimit: stderrShown,
  });
  if (result.exitCode === 0 && result.ended === undefined) return undefined;
  const why = result.error ?? result.ended ?? `exit code ${result.exitCode ?? result.signal}`;
  return `the notify command failed (${why})${result.stderr && `: ${result.stderr.trim()}`}`;
}

function variablesOf(notice: Notice): Record<string, string> {
  // Not HERDCTL_JOB: by that name everything that a job has started is found and ended.
  const { fleet, agentName, scheduleName, jobId } = notice;
  return {
    HERDCTL_EVENT: notice.event,
    HERDCTL_MESSAGE: notice.message,
    ...(fleet !== undefined && { HERDCTL_FLEET: fleet }),
    ...(agentName !== undefined && { HERDCTL_AGENT: agentName }),
    ...(scheduleName !== undefined && { HERDCTL_SCHEDULE: scheduleName }),
    ...(jobId !== undefined && { HERDCTL_JOB_ID: jobId }),
  };
}

/** Tries again after what may pass: no connection, no answer in time, 429 and 5xx. */
async function postNotice(
  notice: Notice,
  url: string,
  { clock, signal, pauses = [1_000, 4_000] }: NoticeRoute,
): Promise<string | undefined> {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(deadline)]);
  const failed = (why: string): string => `the notify address did not take a notice (${why})`;
  for (let tries = 0; ; tries++) {
    try {
      const status = await post(url, JSON.stringify(notice), ended);
      if (status < 300) return undefined;
      if (status < 500 && status !== 429) return failed(`HTTP status ${status}`);
      throw new FleetManagerError(`HTTP status ${status}`);
    } catch (error) {
      const pause = pauses[tries];
      if (ended.aborted || pause === undefined) return failed(reasonOf(error));
      await clock.sleep(pause, ended).catch(() => undefined);
    }
  }
}

async function post(url: string, body: string, signal: AbortSignal): Promise<number> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": "herdctl" },
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerDeadline)]),
  });
  await response.body?.cancel();
  return response.status;
}

// `fetch failed` says nothing; its cause does.
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return messageOf(cause);
}
