import { buildPrompt } from "../runner/prompt.ts";
import { claudePathOf } from "./attempt-job.ts";
import type { Fleet } from "./fleet.ts";
import { checkSession } from "./sessions/check-session.ts";
import { completeResume } from "./sessions/complete-resume.ts";
import { checkRunnable, namedSession, promptOf } from "./trigger.ts";
import type { TriggerRequest } from "./trigger-request.ts";
import type { TriggerPlan } from "./types.ts";

/** What a trigger would run: the final prompt, the options and the limits. */
export async function planTrigger(fleet: Fleet, request: TriggerRequest): Promise<TriggerPlan> {
  const { agent, schedule, options } = request;
  await checkRunnable(fleet, request.agent);
  const { options: named } = await completeResume(fleet, request);
  await checkSession(fleet, request.agent, namedSession(named));
  const claudePath = await claudePathOf(fleet);
  const prompt = buildPrompt({
    template: promptOf(request),
    ...(options.workItems && { workItems: options.workItems }),
    variables: {
      now: new Date(fleet.clock.now()),
      jobId: "job-dry-run",
      ...(schedule && { scheduleName: schedule.name }),
    },
  });
  const timeout = schedule?.timeout ?? agent.timeout;
  return fleet.redactor.value({
    agentName: agent.qualifiedName,
    ...(schedule && { scheduleName: schedule.name }),
    prompt,
    workingDirectory: agent.workingDirectory,
    runtime: agent.runtime,
    ...(agent.model !== undefined && { model: agent.model }),
    permissionMode: agent.permissionMode,
    allowedTools: agent.allowedTools,
    deniedTools: agent.deniedTools,
    mcpServers: Object.keys(agent.mcpServers),
    settingSources: agent.settingSources,
    limits: {
      ...(timeout !== undefined && { timeout }),
      ...(agent.maxTurns !== undefined && { maxTurns: agent.maxTurns }),
      ...(agent.budget?.usdPerJob !== undefined && { maxBudgetUsd: agent.budget.usdPerJob }),
    },
    claudePath,
  });
}
