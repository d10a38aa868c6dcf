import type { ResolvedAgent } from "../config/resolved.ts";
import { FleetManagerError } from "../errors.ts";
import { resolveClaudeBinary } from "../runner/claude-binary.ts";
import { agentEnvironment } from "../runner/environment.ts";
import { JobExecutor } from "../runner/job-executor.ts";
import type { Outcome } from "../runner/outcome.ts";
import type { Turns } from "../runner/turn-feed.ts";
import { WrittenLines } from "../runner/written-lines.ts";
import type { SessionRequest } from "../runner/runtime/interface.ts";
import { createLocalLauncher } from "../runner/runtime/launcher.ts";
import { attemptFiles } from "../state/attempt-files.ts";
import { jobOutputFile, openJobOutput, readJobOutput, tailJobOutput } from "../state/job-output.ts";
import type { OutputSize } from "../state/job-output-writer.ts";
import type { JobRecord } from "../state/job-record.ts";
import type { OutputLine } from "../state/output-line.ts";
import { renderOutput } from "../state/render-output.ts";
import { openAgentTools } from "./agent-tools/open-agent-tools.ts";
import { openApprovals } from "./approvals/open-approvals.ts";
import { obeyReport } from "./agent-tools/report.ts";
import { createRuntime } from "./create-runtime.ts";
import type { Fleet } from "./fleet.ts";
import { useSlot } from "./job-slot.ts";
import { warnOfSurvivors } from "./report-end.ts";
import { endedAlone, timeLeft } from "./time-left.ts";
import { traceEnvironment } from "./tracing/trace-environment.ts";

/** An attempt, planned: everything that is decided before claude starts. */
export interface AttemptPlan {
  readonly record: JobRecord;
  readonly agent: ResolvedAgent;
  readonly session: SessionRequest;
  /** As Claude gets it; nothing where its session goes on by itself. */
  readonly prompt: string | undefined;
  /** What a conversation asks in place of the prompt. */
  readonly turns?: Turns;
  /** US dollars that may still be spent. */
  readonly maxBudgetUsd?: number;
  /** The claude of an earlier owner, and since when it runs. */
  readonly adopt?: JobRecord["launch"];
  /** Aborted with the cause as its reason. */
  readonly cancel: AbortSignal;
  /** Aborted when claude is to go on without this process. */
  readonly leave: AbortSignal;
}

/** What an attempt left. */
export interface SettledAttempt {
  readonly outcome: Outcome;
  readonly output: OutputSize;
  /** Claude said or did something: starting anew would do it twice. */
  readonly hasWorked: boolean;
  /** Milliseconds. */
  readonly ranMs: number;
}

/** Launches claude and streams what it says into the job's output, until nothing of it is alive. */
export async function attemptJob(
  fleet: Fleet,
  plan: AttemptPlan,
): Promise<SettledAttempt | "left"> {
  const { record, agent, adopt } = plan;
  const runtime = createRuntime(fleet, agent);
  const file = jobOutputFile(fleet.state.stateDir, record.id);
  const output = await openJobOutput({
    file,
    attempt: record.attempt,
    clock: fleet.clock,
  });
  const launched = adopt ? () => undefined : await fleet.pacer.acquire(plan.cancel);
  const started = adopt ? Date.parse(adopt.at) : fleet.clock.now();
  const ended =
    adopt && endedAlone(attemptFiles(fleet.state.stateDir, record.id, record.attempt), adopt);
  let hasWorked = adopt ? hasWorkedBefore(fleet, record) : false;
  try {
    if (!adopt) await useSlot(fleet, record, agent);
    await using approvals = openApprovals(fleet, plan);
    if (adopt) await approvals.begin();
    await using tools = await openAgentTools(fleet, plan);
    const attempt = await new JobExecutor({ runtime, clock: fleet.clock }).run({
      ...(await requestOf(fleet, { ...plan, started, beforeStart: () => approvals.begin() })),
      ...(adopt && { adopt: adopt.process, written: await writtenLines(file, record.attempt) }),
      herdctl: tools.server,
      settings: approvals.settings,
      output,
      onLine: (line) => {
        // Of a conversation, the user's message comes first.
        if (line.subtype !== "user_message") launched();
        hasWorked ||= isWork(line);
        announce(fleet, record, line);
      },
    });
    const size = await output.close();
    if (attempt.isLeft) return "left";
    warnOfSurvivors(fleet, record, attempt.survivors);
    const ranMs = (ended ?? fleet.clock.now()) - started;
    const outcome = obeyReport(fleet, record.id, attempt.outcome);
    return { outcome, output: size, hasWorked, ranMs };
  } catch (error) {
    await output.close().catch(() => undefined);
    throw error;
  } finally {
    launched();
  }
}

type Request = Omit<Parameters<JobExecutor["run"]>[0], "output" | "onLine">;

async function requestOf(
  fleet: Fleet,
  plan: AttemptPlan & { readonly started: number; readonly beforeStart: () => Promise<void> },
): Promise<Request> {
  const { record, agent, maxBudgetUsd } = plan;
  // A container has its own, and what runs needs none.
  const isElsewhere = agent.docker?.enabled || plan.adopt !== undefined;
  const claudePath = isElsewhere ? "claude" : await claudePathOf(fleet);
  const hold = { id: record.id, fence: record.fence };
  const files = attemptFiles(fleet.state.stateDir, record.id, record.attempt);
  const timeout = timeLeft({ ...plan, files, now: fleet.clock.now() });
  return {
    jobId: record.id,
    agent,
    ...(plan.turns ? { turns: plan.turns } : plan.prompt !== undefined && { prompt: plan.prompt }),
    session: plan.session,
    ...(record.slot !== undefined && { slot: record.slot }),
    limits: {
      ...(record.maxTurns !== undefined && { maxTurns: record.maxTurns }),
      ...(maxBudgetUsd !== undefined && { maxBudgetUsd }),
    },
    ...(timeout !== undefined && { timeout }),
    launcher: (onRecord) =>
      createLocalLauncher({
        cwd: agent.workingDirectory,
        claudePath,
        env: {
          ...agentEnvironment({ base: fleet.env, agent, jobId: record.id }),
          ...traceEnvironment(fleet, record.id),
        },
        jobId: record.id,
        agentName: agent.qualifiedName,
        lifeline: true,
        ...(timeout !== undefined && { timeout }),
        onRecord,
      }),
    onRecord: async (process) => {
      const at = new Date(fleet.clock.now()).toISOString();
      await plan.beforeStart();
      if (await fleet.store.jobs.update(hold, { process, launch: { process, at } })) return;
      throw new FleetManagerError(`job ${record.id} was taken over by another process`);
    },
    files,
    redactor: fleet.redactor,
    signal: plan.cancel,
    ...(record.runtime === "cli" && { leave: plan.leave }),
  };
}

/** The claude that jobs start; a runtime of one's own need not start it at all. */
export async function claudePathOf({ options, env }: Fleet): Promise<string> {
  if (options.runtimeFactory) return options.claudePath ?? "claude";
  const configured = options.claudePath;
  return (await resolveClaudeBinary({ env, ...(configured !== undefined && { configured }) })).path;
}

async function writtenLines(file: string, attempt: number): Promise<WrittenLines> {
  const lines: OutputLine[] = [];
  for await (const line of readJobOutput(file)) if (line.attempt === attempt) lines.push(line);
  return new WrittenLines(lines);
}

/** Tells from its output whether Claude said or did something in a job. */
export function hasWorkedBefore({ state }: Pick<Fleet, "state">, { id }: JobRecord): boolean {
  const { lines } = tailJobOutput(jobOutputFile(state.stateDir, id), { lines: 200 });
  return lines.some(isWork);
}

function isWork({ type }: OutputLine): boolean {
  return type === "assistant" || type === "tool_use";
}

function announce(fleet: Fleet, { id, agentName }: JobRecord, line: OutputLine): void {
  const chunk = renderOutput(line);
  fleet.emit("job:output", { jobId: id, chunk, line });
  if (chunk !== "") fleet.log.output(chunk.trimEnd(), { agentName, jobId: id });
}
