import { randomUUID } from "node:crypto";
import type { ResolvedAgent } from "../config/resolved.ts";
import { FleetManagerError, messageOf } from "../errors.ts";
import { resolveClaudeBinary } from "../runner/claude-binary.ts";
import { agentEnvironment } from "../runner/environment.ts";
import { JobExecutor } from "../runner/job-executor.ts";
import { type Outcome, toFinishJob } from "../runner/outcome.ts";
import { buildPrompt } from "../runner/prompt.ts";
import { RuntimeFactory } from "../runner/runtime/factory.ts";
import type { SessionRequest } from "../runner/runtime/interface.ts";
import { createLocalLauncher } from "../runner/runtime/launcher.ts";
import { jobOutputFile, openJobOutput } from "../state/job-output.ts";
import type { JobRecord } from "../state/job-record.ts";
import type { OutputLine } from "../state/output-line.ts";
import { renderOutput } from "../state/render-output.ts";
import type { FinishJob, SessionRecord } from "../state/store.ts";
import { checkWorkingDirectory } from "./check-working-directory.ts";
import { type Fleet, findAgent } from "./fleet.ts";
import { sessionScope } from "./plan-session.ts";
import { pruneHistory } from "./prune-history.ts";
import { reportEnd, warnOfSurvivors } from "./report-end.ts";

/**
 * Runs an admitted job to its end, whatever triggered it: session, plan, launch, stream, settle,
 * finish, report. Never rejects: what goes wrong is the job's outcome.
 */
export async function runJob(
  fleet: Fleet,
  record: JobRecord,
  cancel: AbortController,
): Promise<void> {
  const { id, agentName } = record;
  fleet.log.info(`job ${id} started`, { agentName, jobId: id });
  fleet.emit("agent:started", { agentName, jobId: id });
  let end: FinishJob;
  let session: SessionRecord | undefined;
  try {
    const agent = findAgent(fleet.config, agentName);
    const request = planSessionRequest(record);
    await leaseSession(fleet, record, request);
    const settled = await attempt(fleet, record, { agent, request, cancel });
    end = settled.end;
    session = toSession(fleet, record, agent, settled.outcome);
  } catch (error) {
    end = failure(error);
  }
  await finish(fleet, record, end, session);
}

interface Plan {
  readonly agent: ResolvedAgent;
  readonly request: SessionRequest;
  readonly cancel: AbortController;
}

async function attempt(
  fleet: Fleet,
  record: JobRecord,
  { agent, request, cancel }: Plan,
): Promise<{ end: FinishJob; outcome: Outcome }> {
  await checkWorkingDirectory(agent);
  const runtime = RuntimeFactory.create(agent, { stateDir: fleet.state.stateDir });
  const binary = await resolveClaudeBinary({
    env: fleet.env,
    ...(fleet.options.claudePath !== undefined && { configured: fleet.options.claudePath }),
  });
  const hold = { id: record.id, fence: record.fence };
  await fleet.store.jobs.update(hold, { sessionId: request.id });
  const output = await openJobOutput({
    file: jobOutputFile(fleet.state.stateDir, record.id),
    attempt: record.attempt,
    clock: fleet.clock,
  });
  const maxBudgetUsd = agent.budget?.usdPerJob;
  try {
    const { outcome, survivors } = await new JobExecutor({ runtime, clock: fleet.clock }).run({
      jobId: record.id,
      agent,
      prompt: promptFor(fleet, record),
      session: request,
      limits: {
        ...(record.maxTurns !== undefined && { maxTurns: record.maxTurns }),
        ...(maxBudgetUsd !== undefined && { maxBudgetUsd }),
      },
      ...(record.timeout !== undefined && { timeout: record.timeout }),
      launcher: (onRecord) =>
        createLocalLauncher({
          cwd: agent.workingDirectory,
          claudePath: binary.path,
          env: agentEnvironment({ base: fleet.env, agent, jobId: record.id }),
          jobId: record.id,
          agentName: agent.qualifiedName,
          lifeline: true,
          onRecord,
        }),
      onRecord: async (process) => {
        if (await fleet.store.jobs.update(hold, { process })) return;
        throw new FleetManagerError(`job ${record.id} was taken over by another process`);
      },
      output,
      onLine: (line) => announce(fleet, record, line),
      redactor: fleet.redactor,
      signal: cancel.signal,
    });
    warnOfSurvivors(fleet, record, survivors);
    const size = await output.close();
    return { end: { ...toFinishJob(outcome), output: size }, outcome };
  } catch (error) {
    await output.close().catch(() => undefined);
    throw error;
  }
}

/** The prompt as Claude gets it. */
function promptFor(fleet: Fleet, record: JobRecord): string {
  const last = fleet.store.jobs.list({
    agentName: record.agentName,
    status: ["completed", "failed", "cancelled"],
    limit: 1,
  }).jobs[0];
  return buildPrompt({
    template: record.prompt,
    ...(record.workItems && { workItems: record.workItems }),
    variables: {
      now: new Date(fleet.clock.now()),
      jobId: record.id,
      ...(record.scheduleName !== undefined && { scheduleName: record.scheduleName }),
      ...(last && {
        last: {
          ...(last.finishedAt !== undefined && { finishedAt: last.finishedAt }),
          ...(last.exitReason !== undefined && { outcome: last.exitReason }),
        },
      }),
    },
  });
}

function planSessionRequest({ session }: JobRecord): SessionRequest {
  const from = session?.from;
  if (session?.mode === "resume" && from !== undefined) return { mode: "resume", id: from };
  if (session?.mode === "fork" && from !== undefined)
    return { mode: "fork", id: randomUUID(), from };
  return { mode: "new", id: randomUUID() };
}

async function leaseSession(
  fleet: Fleet,
  record: JobRecord,
  request: SessionRequest,
): Promise<void> {
  const held = await fleet.store.sessions.lease(request.id, { id: record.id, fence: record.fence });
  if (held) return;
  throw new FleetManagerError(
    `Session ${request.id} is in use by another job. Wait for it, or start without resuming.`,
    { code: "INVALID_STATE", context: { sessionId: request.id } },
  );
}

function announce(fleet: Fleet, { id, agentName }: JobRecord, line: OutputLine): void {
  const chunk = renderOutput(line);
  fleet.emit("job:output", { jobId: id, chunk, line });
  if (chunk !== "") fleet.log.output(chunk.trimEnd(), { agentName, jobId: id });
}

function failure(error: unknown): FinishJob {
  const code = error instanceof FleetManagerError ? error.code : "INTERNAL";
  return { status: "failed", exitReason: "error", error: { message: messageOf(error), code } };
}

function toSession(
  fleet: Fleet,
  record: JobRecord,
  agent: ResolvedAgent,
  outcome: Outcome,
): SessionRecord | undefined {
  const schedule = agent.schedules.find((item) => item.name === record.scheduleName);
  const scope = sessionScope(agent, schedule);
  if (outcome.sessionId === undefined) return undefined;
  const now = new Date(fleet.clock.now()).toISOString();
  return {
    sessionId: outcome.sessionId,
    agentName: record.agentName,
    scope: scope ?? `job:${record.id}`,
    runtime: record.runtime,
    container: agent.docker?.enabled ?? false,
    workingDirectory: record.workingDirectory,
    jobId: record.id,
    createdAt: fleet.store.sessions.get(outcome.sessionId)?.createdAt ?? now,
    lastUsedAt: now,
  };
}

// A full disk may have room again in a moment; the end of a job is worth waiting for.
const finishTries = 8;

async function finish(
  fleet: Fleet,
  record: JobRecord,
  end: FinishJob,
  session: SessionRecord | undefined,
): Promise<void> {
  const hold = { id: record.id, fence: record.fence };
  const masked = fleet.redactor.value(end);
  const about = { agentName: record.agentName, jobId: record.id };
  for (let tries = 1; tries <= finishTries; tries++) {
    try {
      const kept = await fleet.store.jobs.finish(hold, masked, session);
      if (!kept) fleet.log.warn(`job ${record.id} had another owner when it ended`, about);
      else reportEnd(fleet, record.id);
      break;
    } catch (error) {
      fleet.log.error(`cannot store the end of job ${record.id}: ${messageOf(error)}`, about);
      if (tries < finishTries) await fleet.clock.sleep(250 * 2 ** tries);
    }
  }
  await pruneHistory(fleet);
}
