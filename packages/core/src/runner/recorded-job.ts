import { stat } from "node:fs/promises";
import { FleetManagerError } from "../errors.ts";
import { createRedactor } from "../redact.ts";
import { attemptFiles } from "../state/attempt-files.ts";
import { createJob, updateJob } from "../state/job-metadata.ts";
import { jobOutputFile, openJobOutput } from "../state/job-output.ts";
import type { JobRecord } from "../state/job-record.ts";
import type { StateManager } from "../state/manager.ts";
import { saveSessionInfo } from "../state/session.ts";
import { resolveClaudeBinary } from "./claude-binary.ts";
import { agentEnvironment } from "./environment.ts";
import { RunnerError, SDKError } from "./errors.ts";
import { JobExecutor } from "./job-executor.ts";
import { createNodeId } from "./node-identity.ts";
import { decideOutcome, type Outcome, toFinishJob } from "./outcome.ts";
import { noFacts } from "./run-facts.ts";
import type { AgentRunnerOptions, RunnerOptions, RunnerResult } from "./types.ts";
import { agentClaudeHome } from "./runtime/container/session-folder.ts";
import { RuntimeFactory } from "./runtime/factory.ts";
import type { RuntimeInterface, SessionRequest } from "./runtime/interface.ts";
import { createLocalLauncher } from "./runtime/launcher.ts";
import { findSessionFile } from "./runtime/session-path.ts";
import { SDKRuntime } from "./runtime/sdk-runtime.ts";

export interface RecordedJob extends AgentRunnerOptions, Omit<RunnerOptions, "stateDir"> {
  readonly state: StateManager;
  readonly session: SessionRequest;
}

/** Milliseconds that an owner is believed without a sign of life. */
const leaseMs = 30_000;

/** Records a job, runs it, and records how it ended and which session it leaves. */
export async function runRecordedJob(job: RecordedJob): Promise<RunnerResult> {
  const { state, agent, jobId, session } = job;
  await createJob(state, {
    id: jobId,
    agentName: agent.qualifiedName,
    prompt: job.prompt,
    workingDirectory: agent.workingDirectory,
    runtime: agent.runtime,
    session: { mode: session.mode, ...(job.resume !== undefined && { from: job.resume }) },
    ...(agent.timeout !== undefined && { timeout: agent.timeout }),
    ...(agent.maxTurns !== undefined && { maxTurns: agent.maxTurns }),
  });
  const node = createNodeId();
  const leaseUntil = (): string => new Date(state.clock.now() + leaseMs).toISOString();
  const record = await updateJob(state, jobId, {
    status: "running",
    node,
    leaseUntil: leaseUntil(),
  });
  const renewal = setInterval(() => {
    // A renewal that fails is made good by the next one.
    state.store.jobs.renewLeases(node, leaseUntil()).catch(() => undefined);
  }, leaseMs / 3);
  try {
    const outcome = await attempt(job, record).catch((error: unknown) =>
      decideOutcome(noFacts, { error }),
    );
    await updateJob(state, jobId, toFinishJob(outcome));
    await saveSession(job, outcome);
    return toResult(job, outcome);
  } finally {
    clearInterval(renewal);
  }
}

async function attempt(job: RecordedJob, record: JobRecord): Promise<Outcome> {
  const { state, agent, jobId, session } = job;
  await leaseSession(job, record);
  await checkFolder(agent.workingDirectory);
  const runtime = runtimeOf(job);
  const claudePath = await claudePathOf(job);
  const file = jobOutputFile(state.stateDir, jobId);
  const output = await openJobOutput({ file, attempt: record.attempt, clock: state.clock });
  try {
    const { outcome } = await new JobExecutor({ runtime, clock: state.clock }).run({
      jobId,
      agent,
      prompt: job.prompt,
      session,
      limits: {
        ...(agent.maxTurns !== undefined && { maxTurns: agent.maxTurns }),
        ...(agent.budget?.usdPerJob !== undefined && { maxBudgetUsd: agent.budget.usdPerJob }),
      },
      ...(agent.timeout !== undefined && { timeout: agent.timeout }),
      launcher: (onRecord) =>
        createLocalLauncher({
          cwd: agent.workingDirectory,
          claudePath,
          env: agentEnvironment({ base: job.env ?? process.env, agent, jobId }),
          jobId,
          agentName: agent.qualifiedName,
          lifeline: true,
          ...(agent.timeout !== undefined && { timeout: agent.timeout }),
          onRecord,
        }),
      onRecord: async (process) => void (await updateJob(state, jobId, { process })),
      files: attemptFiles(state.stateDir, jobId, record.attempt),
      output,
      ...(job.onOutput && { onLine: job.onOutput }),
      redactor: createRedactor(job.secrets ?? []),
      signal: job.signal ?? new AbortController().signal,
    });
    return outcome;
  } finally {
    await output.close().catch(() => undefined);
  }
}

async function claudePathOf({ agent, claudePath, env }: RecordedJob): Promise<string> {
  // A container has its own.
  if (agent.docker?.enabled) return "claude";
  const binary = await resolveClaudeBinary({
    ...(claudePath !== undefined && { configured: claudePath }),
    ...(env && { env }),
  });
  return binary.path;
}

async function leaseSession(
  { state, session, jobId }: RecordedJob,
  record: JobRecord,
): Promise<void> {
  if (await state.store.sessions.lease(session.id, record)) return;
  throw new RunnerError(
    `Session ${session.id} is in use by another job. Wait for it to end.`,
    jobId,
  );
}

async function checkFolder(path: string): Promise<void> {
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isDirectory()) return;
  throw new FleetManagerError(`The working directory ${path} does not exist. Create it first.`, {
    code: "WORKING_DIRECTORY",
    context: { path },
  });
}

function runtimeOf({ query, agent, state, env }: RecordedJob): RuntimeInterface {
  if (query) return new SDKRuntime({ query });
  return RuntimeFactory.create(agent, { stateDir: state.stateDir, ...(env && { env }) });
}

async function saveSession(job: RecordedJob, outcome: Outcome): Promise<void> {
  if (outcome.sessionId === undefined || !(await isSaved(job, outcome.sessionId))) return;
  await saveSessionInfo(job.state, {
    sessionId: outcome.sessionId,
    agentName: job.agent.qualifiedName,
    runtime: job.agent.runtime,
    workingDirectory: job.agent.workingDirectory,
    jobId: job.jobId,
  });
}

// Ended before it could write anything, Claude Code leaves nothing to continue.
async function isSaved(
  { query, agent, state, env = process.env }: RecordedJob,
  sessionId: string,
): Promise<boolean> {
  // A runtime of the caller's keeps its sessions where it likes.
  if (query) return true;
  const cwd = agent.workingDirectory;
  const claudeHome = agentClaudeHome({ agent, env, stateDir: state.stateDir });
  return (await findSessionFile({ claudeHome, cwd, sessionId })) !== undefined;
}

function toResult(job: RecordedJob, outcome: Outcome): RunnerResult {
  return {
    success: outcome.status === "completed",
    sessionId: outcome.sessionId ?? job.session.id,
    ...(outcome.error && { error: toError(outcome.error, job.jobId) }),
    ...(outcome.summary !== undefined && { summary: outcome.summary }),
    jobId: job.jobId,
    outcome,
  };
}

function toError(error: NonNullable<Outcome["error"]>, jobId: string): RunnerError {
  const fromClaude = error.code === undefined || error.code === "SDK_ERROR";
  return fromClaude ? new SDKError(error.message, jobId) : new RunnerError(error.message, jobId);
}
