import type { ResolvedAgent } from "../config/resolved.ts";
import { FleetManagerError, messageOf } from "../errors.ts";
import { endProcesses } from "../processes/reap.ts";
import { toFinishJob } from "../runner/outcome.ts";
import { buildPrompt } from "../runner/prompt.ts";
import { snapshotExpectations } from "../runner/expect.ts";
import { decide } from "../runner/recovery.ts";
import type { SessionRequest } from "../runner/runtime/interface.ts";
import type { JobRecord } from "../state/job-record.ts";
import type { FinishJob, SessionRecord } from "../state/store.ts";
import { addWorkItem } from "../work-sources/prompt.ts";
import { agentOf, saveSnapshot } from "./agent-snapshot.ts";
import { explainDenial } from "./approvals/explain-denial.ts";
import { askAgain } from "./approvals/lost-call.ts";
import { afterCall, keepCall, waitForPerson } from "./approvals/wait-for-person.ts";
import { attemptJob, type SettledAttempt } from "./attempt-job.ts";
import { budgetLeft } from "./budget.ts";
import { clearUp } from "./clear-up.ts";
import { sessionInUse, turnsOf } from "./conversations/conversation-job.ts";
import { finishJob, leaveJob, parkJob, type Parking } from "./end-attempt.ts";
import type { Fleet, RunningJob } from "./fleet.ts";
import { verifyEnd } from "./job-expect.ts";
import { runBeforeHooks, runEndHooks } from "./job-hooks.ts";
import { addTotals } from "./job-totals.ts";
import { claimWork, noWorkEnd } from "./job-work.ts";
import { nextSession } from "./next-session.ts";
import { prepareDirectory } from "./prepare-directory.ts";
import { warnOfSurvivors } from "./report-end.ts";
import { openSession } from "./sessions/open-session.ts";
import { isSaved } from "./sessions/session-home.ts";
import { toSessionRecord } from "./sessions/session-record.ts";
import { startAnew } from "./start-anew.ts";

/**
 * Runs an admitted job to its end or to its next wait, whatever triggered it: claim, session, plan,
 * launch, stream, settle, hooks, finish or park. Never rejects: what goes wrong is the job's outcome.
 */
export async function runJob(
  fleet: Fleet,
  record: JobRecord,
  ask: Pick<RunningJob, "cancel" | "leave">,
): Promise<void> {
  const { id, agentName } = record;
  const [cancel, leave] = [ask.cancel.signal, ask.leave.signal];
  fleet.log.info(`job ${id} ${record.launch ? "goes on" : "started"}`, { agentName, jobId: id });
  fleet.emit("agent:started", { agentName, jobId: id });
  // Asked of an earlier owner.
  if (record.cancelCause !== undefined) ask.cancel.abort(record.cancelCause);
  const { agent, next } = await runAttempt(fleet, record, { cancel, leave });
  if (next === "left") return leaveJob(fleet, record);
  await clearUp(fleet, record, agent);
  if ("wait" in next) return parkJob(fleet, record, next.wait);
  const settled = await runEndHooks(fleet, record, { ...next, agent, cancel });
  await finishJob(fleet, record, settled);
}

/** What comes after an attempt, and what it ran as to the end, whatever is configured meanwhile. */
interface Run {
  readonly next: Next | "left";
  /** Absent: it is gone. */
  readonly agent?: ResolvedAgent | undefined;
}

async function runAttempt(fleet: Fleet, record: JobRecord, ask: Ask): Promise<Run> {
  let agent: ResolvedAgent | undefined;
  try {
    agent = agentOf(fleet, record);
    const next = record.launch ? goOn : begin;
    return { agent, next: await next(fleet, { record, agent }, ask) };
  } catch (error) {
    await endWhatRuns(fleet, record);
    return { agent, next: { end: failure(error) } };
  }
}

/** What goes wrong around an attempt leaves its claude running, or that of an earlier owner. */
async function endWhatRuns(fleet: Fleet, record: JobRecord): Promise<void> {
  const now = fleet.store.jobs.get(record.id);
  if (now?.fence !== record.fence || !now.process) return;
  warnOfSurvivors(fleet, record, await endProcesses(now.process));
}

/** What comes after an attempt. */
type Next =
  | { readonly end: FinishJob; readonly session?: SessionRecord }
  | { readonly wait: Parking };

interface Ask {
  readonly cancel: AbortSignal;
  readonly leave: AbortSignal;
}

interface Work {
  readonly record: JobRecord;
  readonly agent: ResolvedAgent;
}

async function begin(fleet: Fleet, { record, agent }: Work, ask: Ask): Promise<Next | "left"> {
  const { cancel } = ask;
  const hold = { id: record.id, fence: record.fence };
  const job = await claimWork(fleet, record, agent);
  if (job === "no_work") return { end: noWorkEnd };
  const opened = await openSession(fleet, record, agent);
  if ("wait" in opened) {
    if (record.conversation) return { end: sessionInUse(opened.wait) };
    return { wait: { ...opened.wait, ...keepCall(record) } };
  }
  const { session } = opened;
  await prepareDirectory(fleet, record, { agent, cancel });
  const maxBudgetUsd = budgetLeft(fleet, agent, record);
  if (maxBudgetUsd !== undefined && maxBudgetUsd <= 0) return { end: budgetSpent };
  // A fork's is that of the job that it repeats; another's is that of its last attempt.
  const forked = record.forkedFrom === undefined ? undefined : record.configHash;
  const configHash = forked ?? (await saveSnapshot(fleet, agent));
  await fleet.store.jobs.update(hold, { sessionId: session.id, configHash });
  const stopped = await runBeforeHooks(fleet, record, { agent, cancel });
  if (stopped) return { end: stopped };
  const before = record.before ?? (await snapshotExpectations(agent));
  if (!record.before && agent.expect.length > 0) await fleet.store.jobs.update(hold, { before });

  const attempt = await attemptJob(fleet, {
    record,
    agent,
    session,
    prompt: askOf(fleet, job, session),
    ...turnsOf(fleet, record),
    ...(maxBudgetUsd !== undefined && { maxBudgetUsd }),
    ...ask,
  });
  return settle(fleet, { record, agent, session, attempt, before }, cancel);
}

/** Reads on what the claude of an earlier owner says: everything before it is done. */
async function goOn(fleet: Fleet, { record, agent }: Work, ask: Ask): Promise<Next | "left"> {
  const session = { mode: "resume", id: record.sessionId ?? "" } as const;
  const attempt = await attemptJob(fleet, {
    record,
    agent,
    session,
    prompt: record.prompt,
    ...(record.launch && { adopt: record.launch }),
    ...ask,
  });
  const before = record.before ?? {};
  return settle(fleet, { record, agent, session, attempt, before }, ask.cancel);
}

async function settle(
  fleet: Fleet,
  {
    attempt,
    before,
    ...of
  }: Omit<Attempted, "attempt" | "isResumable"> & {
    readonly attempt: SettledAttempt | "left";
    readonly before: Readonly<Record<string, string>>;
  },
  cancel: AbortSignal,
): Promise<Next | "left"> {
  if (attempt === "left") return "left";
  const sessionId = attempt.outcome.sessionId ?? of.session.id;
  const isResumable = await isSaved(fleet, of.agent, sessionId);
  const next = afterAttempt(fleet, { ...of, attempt, isResumable });
  if ("wait" in next) return next;
  const { record, agent } = of;
  return { ...next, end: await verifyEnd(fleet, record, { agent, end: next.end, before, cancel }) };
}

interface Attempted extends Work {
  readonly session: SessionRequest;
  readonly attempt: SettledAttempt;
  /** What was said is on disk. */
  readonly isResumable: boolean;
}

function afterAttempt(fleet: Fleet, attempted: Attempted): Next {
  const { record, agent, attempt, isResumable } = attempted;
  const { outcome, output } = attempt;
  const schedule = agent.schedules.find((item) => item.name === record.scheduleName);
  const retries = record.retries ?? 0;
  const now = fleet.clock.now();
  const anew = outcome.error?.code === "NEVER_BEGAN" ? startAnew(fleet, record) : undefined;
  if (anew) return { wait: { ...anew, ...keepCall(record) } };
  const totals = addTotals(record, outcome);
  const ranMs = (record.ranMs ?? 0) + attempt.ranMs;
  const person = record.conversation ? undefined : waitForPerson(fleet, record, outcome);
  if (person) return { wait: { ...person, ...totals, ranMs } };
  const policy = schedule?.retry ?? agent.retry;
  const decision = record.conversation ? finishNow : decide(outcome, policy, { retries, now });
  if (decision.action === "finish") {
    const session = sessionOf(fleet, attempted);
    return {
      end: { ...toFinishJob(explainDenial(fleet, record, outcome)), ...totals, output },
      ...(session && { session }),
    };
  }
  const { waitingFor, wakeAt } = decision;
  return {
    wait: {
      waitingFor,
      wakeAt: new Date(wakeAt).toISOString(),
      reason: outcome.error?.message ?? outcome.exitReason,
      ...totals,
      ...(afterCall(record, outcome) ??
        nextSession(
          record,
          attempt.hasWorked && isResumable,
          outcome.sessionId ?? attempted.session.id,
        )),
      retries: retries + (waitingFor === "retry" ? 1 : 0),
      ranMs,
    },
  };
}

/** What Claude is asked: nothing where a person has decided about a call, which comes first. */
function askOf(fleet: Fleet, record: JobRecord, session: SessionRequest): string | undefined {
  // In a fresh session there is nothing to continue.
  if (session.mode === "new") return promptFor(fleet, record);
  if (record.approvalId !== undefined) return askAgain(fleet, record);
  return record.continuation ?? promptFor(fleet, record);
}

function promptFor(fleet: Fleet, record: JobRecord): string {
  const prompt = buildPrompt({
    template: record.prompt,
    ...(record.workItems && { workItems: record.workItems }),
    variables: {
      now: new Date(fleet.clock.now()),
      jobId: record.id,
      ...(record.scheduleName !== undefined && { scheduleName: record.scheduleName }),
      // Looked up by those few prompts that ask.
      get last() {
        return lastOf(fleet, record);
      },
    },
  });
  return addWorkItem(prompt, record.workItem);
}

function lastOf(
  { store }: Fleet,
  { agentName, scheduleName }: JobRecord,
): { readonly finishedAt?: string; readonly outcome?: string } | undefined {
  const [last] = store.jobs.list({
    agentName,
    ...(scheduleName !== undefined && { scheduleName }),
    status: ["completed", "failed", "cancelled"],
    limit: 1,
  }).jobs;
  if (!last) return undefined;
  const { finishedAt, exitReason: outcome } = last;
  return { ...(finishedAt !== undefined && { finishedAt }), ...(outcome && { outcome }) };
}

// Whoever talks to it tries again, or does not.
const finishNow = { action: "finish" } as const;

const budgetSpent: FinishJob = {
  status: "failed",
  exitReason: "budget",
  error: { message: "The budget was spent before the job could start.", code: "BUDGET_SPENT" },
};

function failure(error: unknown): FinishJob {
  const code = error instanceof FleetManagerError ? error.code : "INTERNAL";
  return { status: "failed", exitReason: "error", error: { message: messageOf(error), code } };
}

function sessionOf(
  fleet: Fleet,
  { record, agent, attempt, isResumable }: Attempted,
): SessionRecord | undefined {
  const { sessionId } = attempt.outcome;
  // A conversation stores its own, from its first turn on.
  if (sessionId === undefined || !isResumable || record.conversation) return undefined;
  return toSessionRecord(fleet, { record, agent }, sessionId);
}
