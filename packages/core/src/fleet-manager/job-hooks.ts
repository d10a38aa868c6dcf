import type { ResolvedAgent, ResolvedHook } from "../config/resolved.ts";
import { FleetManagerError, messageOf } from "../errors.ts";
import { isPhaseOf, toHookContext } from "../hooks/context.ts";
import { readMetadata } from "../hooks/metadata.ts";
import { type HooksOutcome, runHooks } from "../hooks/run-hooks.ts";
import type { HookPlace } from "../hooks/shell.ts";
import { runCommand } from "../processes/run-command.ts";
import { agentEnvironment, hostEnvironment } from "../runner/environment.ts";
import type { HookPhase, HookResult, JobRecord } from "../state/job-record.ts";
import type { FinishJob, JobPatch, SessionRecord } from "../state/store.ts";
import { commandRunner } from "./command-runner.ts";
import type { Fleet } from "./fleet.ts";
import { noWorkEnd } from "./job-work.ts";

/**
 * Runs the `before_run` hooks of a job. Resolves with the job's end when one of them rejects it or
 * it is cancelled meanwhile.
 */
export async function runBeforeHooks(
  fleet: Fleet,
  record: JobRecord,
  { agent, cancel }: { readonly agent: ResolvedAgent; readonly cancel: AbortSignal },
): Promise<FinishJob | undefined> {
  if (agent.hooks.beforeRun.length === 0) return undefined;
  const outcome = await runList(fleet, record, { agent, phase: "before_run", cancel });
  if (outcome.isAborted) return cancelled(cancel);
  if (!outcome.blocking) return undefined;
  const message = `The before_run hook ${nameOf(outcome.blocking)} rejected the job: ${outcome.blocking.error}`;
  return { status: "failed", exitReason: "rejected", error: { message } };
}

/** How a run ended, and the session to go on from. */
interface RunEnd {
  readonly end: FinishJob;
  readonly session?: SessionRecord;
}

/**
 * Runs the hooks that follow a run and resolves with the job's end, which a hook without
 * `continue_on_error` may turn into a failure. The end is stored first: if herdctl dies meanwhile,
 * whoever takes the job over calls this again with `record.settled`, and only the rest is run. Never
 * rejects.
 */
export async function runEndHooks(
  fleet: Fleet,
  record: JobRecord,
  {
    agent,
    cancel,
    ...run
  }: RunEnd & { readonly agent: ResolvedAgent | undefined; readonly cancel: AbortSignal },
): Promise<RunEnd> {
  if (!agent || !hasEndHooks(agent, run.end)) return run;
  try {
    await save(fleet, record, { settled: fleet.redactor.value(run.end) });
    if (run.session) await fleet.store.sessions.save(run.session);
    return { ...run, end: await runLists(fleet, record, { agent, cancel, end: run.end }) };
  } catch (error) {
    const problem = `cannot run the hooks of job ${record.id}: ${messageOf(error)}`;
    fleet.log.error(problem, { agentName: record.agentName, jobId: record.id });
    return run;
  }
}

async function runLists(
  fleet: Fleet,
  record: JobRecord,
  { agent, cancel, end }: Omit<HookList, "phase"> & RunEnd,
): Promise<FinishJob> {
  let now = end;
  for (const phase of ["after_run", "on_error"] as const) {
    if (hooksOf(agent, phase).length === 0 || !isPhaseOf(phase, now)) continue;
    const outcome = await runList(fleet, record, { agent, phase, cancel, end: now });
    if (outcome.isAborted) return { ...now, ...cancelled(cancel) };
    if (outcome.blocking) now = failedBy(outcome.blocking, now);
  }
  return now;
}

// A job that found nothing to do never ran.
function hasEndHooks({ hooks }: ResolvedAgent, end: FinishJob): boolean {
  if (end.status === "cancelled" || end === noWorkEnd) return false;
  return hooks.afterRun.length + hooks.onError.length > 0;
}

interface HookList {
  readonly agent: ResolvedAgent;
  readonly phase: HookPhase;
  readonly cancel: AbortSignal;
  readonly end?: FinishJob;
}

async function runList(
  fleet: Fleet,
  record: JobRecord,
  { agent, phase, cancel, end }: HookList,
): Promise<HooksOutcome> {
  const now = (): string => new Date(fleet.clock.now()).toISOString();
  const metadata = await metadataOf(fleet, record, agent);
  // With what the run has added to it.
  const job = fleet.store.jobs.get(record.id) ?? record;
  const outcome = await runHooks({
    phase,
    hooks: hooksOf(agent, phase),
    context: fleet.redactor.value(
      toHookContext({ job, agent, now: now(), ...(end && { end }), ...metadata }),
    ),
    cwd: agent.workingDirectory,
    placeOf: (hook) => placeOf(fleet, record, { agent, hook }),
    signal: cancel,
    previous: job.hooks ?? [],
    redactor: fleet.redactor,
    now,
    save: (patch) => save(fleet, record, patch),
  });
  for (const hook of outcome.results) if (hook.phase === phase) warnOfFailure(fleet, record, hook);
  return outcome;
}

function placeOf(
  fleet: Fleet,
  { id: jobId }: JobRecord,
  { agent, hook }: { readonly agent: ResolvedAgent; readonly hook: ResolvedHook },
): HookPlace {
  const of = { base: fleet.env, agent, jobId };
  return hook.onHost
    ? { runCommand, env: hostEnvironment(of) }
    : { runCommand: commandRunner(fleet, agent), env: agentEnvironment(of) };
}

function hooksOf({ hooks }: ResolvedAgent, phase: HookPhase): readonly ResolvedHook[] {
  if (phase === "before_run") return hooks.beforeRun;
  return phase === "after_run" ? hooks.afterRun : hooks.onError;
}

async function metadataOf(
  fleet: Fleet,
  record: JobRecord,
  { workingDirectory, metadataFile }: ResolvedAgent,
): Promise<{ metadata?: Readonly<Record<string, unknown>> }> {
  const { value, problem } = await readMetadata(workingDirectory, metadataFile);
  if (problem !== undefined) {
    fleet.log.warn(`hooks get no metadata: ${problem}`, {
      agentName: record.agentName,
      jobId: record.id,
    });
  }
  return value ? { metadata: value } : {};
}

async function save(fleet: Fleet, { id, fence }: JobRecord, patch: JobPatch): Promise<void> {
  if (await fleet.store.jobs.update({ id, fence }, patch)) return;
  throw new FleetManagerError(`job ${id} was taken over by another process`);
}

function warnOfFailure(fleet: Fleet, { id, agentName }: JobRecord, hook: HookResult): void {
  if (hook.success === true) return;
  fleet.log.warn(`${hook.phase} hook ${nameOf(hook)} of job ${id} failed: ${hook.error}`, {
    agentName,
    jobId: id,
  });
}

function failedBy(hook: HookResult, end: FinishJob): FinishJob {
  // What failed already keeps its own reason.
  if (end.status === "failed") return end;
  const message = `The ${hook.phase} hook ${nameOf(hook)} failed: ${hook.error}`;
  return { ...end, status: "failed", exitReason: "error", error: { message } };
}

function cancelled({ reason }: AbortSignal): FinishJob {
  const cause = typeof reason === "string" ? reason : "cancelled";
  const message = `The job was cancelled while its hooks ran (${cause}).`;
  return { status: "cancelled", exitReason: "cancelled", error: { message } };
}

/** Name of a hook, else its place in its list. */
function nameOf({ name, index }: HookResult): string {
  return name === undefined ? `${index + 1}` : `"${name}"`;
}
