import { z } from "zod";
import { type AgentTool, agentTool, type ToolCall } from "../../runner/bridge/agent-tool.ts";
import { isFinal } from "../../state/job-record.ts";
import { checkBudget } from "../budget.ts";
import { waitForEnd } from "../control.ts";
import { findAgent, fleetLimitOf, limitOf } from "../fleet.ts";
import { isPaused } from "../pause.ts";
import { acceptTrigger, checkRunnable, newJob, storeJob } from "../trigger.ts";
import type { ToolJob } from "./tool-job.ts";
import { checkWait, resolveTarget } from "./trigger-rules.ts";

/** Jobs of one job that are not over: an agent that runs wild must not fill the queue. */
const mostUnderWay = 20;
/** Milliseconds that a call waits for the other agent. */
const longestWait = 600_000;

/** Asks another agent to work: only those that the configuration names, never in circles. */
export function triggerAgentTool(job: ToolJob): AgentTool {
  const allowed = job.agent.canTrigger;
  return agentTool({
    name: "trigger_agent",
    description:
      "Ask another agent to do something. It runs as a job of its own, when the limits allow. " +
      `You may trigger: ${allowed.join(", ")}.`,
    input: {
      agent: z.string().min(1).describe("Name of the agent."),
      prompt: z
        .string()
        .min(1)
        .max(100_000)
        .describe("What it is asked to do. It knows nothing of this conversation."),
      wait: z
        .boolean()
        .default(false)
        .describe("Wait for its end, at most 10 minutes, and learn how it went."),
    },
    call: async ({ wait, ...ask }, call) => {
      const jobId = await job.once(call, (id) => start(job, { ...ask, wait, id }));
      if (!wait) return JSON.stringify({ jobId });
      return JSON.stringify(await waitForChild(job, jobId, call));
    },
  });
}

interface Start {
  readonly id: string;
  readonly agent: string;
  readonly prompt: string;
  readonly wait: boolean;
}

async function start(job: ToolJob, { id, agent: wanted, prompt, wait }: Start): Promise<string> {
  const { fleet } = job;
  // Made before a crash, and not yet told.
  if (fleet.store.jobs.get(id)) return id;
  const record = job.record();
  const lineage = [...(record.lineage ?? []), record.agentName];
  const { canTrigger, fleetPath } = job.agent;
  const target = resolveTarget({ wanted, canTrigger, fleetPath, lineage });
  checkUnderWay(job);
  if (wait) checkWait(waitFacts(job, target));
  const request = acceptTrigger(fleet, target, undefined, {
    promptOverride: prompt,
    trigger: "agent",
  });
  await checkRunnable(fleet, request.agent);
  checkBudget(fleet, request.agent);
  const stored = await storeJob(fleet, {
    ...newJob(fleet, request),
    id,
    parentJobId: record.id,
    lineage,
  });
  fleet.accept(stored);
  return id;
}

function checkUnderWay({ fleet, record }: ToolJob): void {
  const { id } = record();
  const underWay = fleet.store.jobs.live().filter((live) => live.parentJobId === id);
  if (underWay.length < mostUnderWay) return;
  throw new Error(`${mostUnderWay} jobs that you asked for are not over yet. Wait for some first.`);
}

function waitFacts({ fleet, record }: ToolJob, target: string): Parameters<typeof checkWait>[0] {
  const { id } = record();
  const running = fleet.store.jobs.live().filter((live) => live.status === "running");
  const blocked = running.filter((live) => live.id === id || fleet.blocked.has(live.id));
  return {
    target,
    isPaused: isPaused(fleet, target),
    blocked: blocked.length,
    fleetWide: fleetLimitOf(fleet),
    blockedOfTarget: blocked.filter((live) => live.agentName === target).length,
    limitOfTarget: limitOf(fleet, findAgent(fleet.config, target)),
  };
}

async function waitForChild(
  { fleet, record, ended }: ToolJob,
  jobId: string,
  call: ToolCall,
): Promise<Readonly<Record<string, unknown>>> {
  const { id } = record();
  const enough = new AbortController();
  const over = AbortSignal.any([ended, call.signal]);
  const timer = fleet.clock.sleep(longestWait, AbortSignal.any([over, enough.signal]));
  timer.then(
    () => enough.abort(),
    () => undefined,
  );
  fleet.blocked.add(id);
  try {
    await waitForEnd(fleet, jobId, AbortSignal.any([over, enough.signal]));
  } catch (error) {
    if (!enough.signal.aborted) throw error;
  } finally {
    enough.abort();
    fleet.blocked.delete(id);
  }
  return toAnswer(fleet, jobId);
}

function toAnswer(
  { store, redactor }: ToolJob["fleet"],
  jobId: string,
): Readonly<Record<string, unknown>> {
  const child = redactor.value(store.jobs.get(jobId));
  if (!child) return { jobId };
  const { status, exitReason, summary, report, error } = child;
  return {
    jobId,
    status,
    ...(!isFinal(status) && { note: "It is not over after 10 minutes, and goes on." }),
    ...(exitReason !== undefined && { exitReason }),
    ...(report && { report }),
    ...(summary !== undefined && { summary }),
    ...(error && { error: error.message }),
  };
}
