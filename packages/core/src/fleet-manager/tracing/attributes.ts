import type { Attributes } from "@opentelemetry/api";
import { addUsage } from "../../runner/run-facts.ts";
import type { JobRecord, ModelUsage } from "../../state/job-record.ts";

/** What every span says; names follow the semantic conventions for GenAI where they have one. */
const provider = { "gen_ai.provider.name": "anthropic" };

/** What is known of a job when it starts. */
export function startAttributes(job: JobRecord): Attributes {
  return {
    ...provider,
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.agent.name": job.agentName,
    "herdctl.job.id": job.id,
    "herdctl.job.trigger": job.trigger,
    "herdctl.job.attempt": job.attempt,
    "herdctl.job.runtime": job.runtime,
    ...(job.scheduleName !== undefined && { "herdctl.schedule.name": job.scheduleName }),
  };
}

/** What one run of a job came to: its record then, compared with that at the start of the run. */
export function endAttributes(before: JobRecord, after: JobRecord, outcome: string): Attributes {
  const used = sum(after.usage);
  const earlier = sum(before.usage);
  const input = (usage: ModelUsage): number =>
    usage.inputTokens + usage.cacheReadTokens + usage.cacheCreationTokens;
  return {
    "herdctl.job.outcome": outcome,
    "herdctl.job.turns": (after.turns ?? 0) - (before.turns ?? 0),
    "herdctl.job.cost_usd": (after.costUsd ?? 0) - (before.costUsd ?? 0),
    "gen_ai.usage.input_tokens": input(used) - input(earlier),
    "gen_ai.usage.output_tokens": used.outputTokens - earlier.outputTokens,
    "gen_ai.usage.cache_read.input_tokens": used.cacheReadTokens - earlier.cacheReadTokens,
    "gen_ai.usage.cache_creation.input_tokens":
      used.cacheCreationTokens - earlier.cacheCreationTokens,
    ...(after.sessionId !== undefined && { "gen_ai.conversation.id": after.sessionId }),
    ...(after.waitingFor !== undefined && { "herdctl.job.waiting_for": after.waitingFor }),
  };
}

/** What is known of one answer of the model. */
export function turnAttributes(number: number, model: string | undefined): Attributes {
  return {
    ...provider,
    "gen_ai.operation.name": "chat",
    "herdctl.turn": number,
    ...(model !== undefined && { "gen_ai.request.model": model }),
  };
}

/** What is known of a call of a tool: never its input, which may hold anything. */
export function toolAttributes(name: string, callId: string): Attributes {
  return {
    ...provider,
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": name,
    "gen_ai.tool.call.id": callId,
  };
}

const nothing: ModelUsage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheCreationTokens: 0,
  costUsd: 0,
};

function sum(usage: JobRecord["usage"]): ModelUsage {
  return Object.values(usage ?? {}).reduce(addUsage, nothing);
}
