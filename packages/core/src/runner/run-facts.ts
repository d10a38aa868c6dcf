import type {
  SDKAssistantMessage,
  SDKMessage,
  SDKResultMessage,
} from "@anthropic-ai/claude-agent-sdk";
import type { ModelUsage, PermissionDenial } from "../state/job-record.ts";

/** A plan's usage limit, as Claude Code was last told. */
export interface RateLimit {
  readonly status: "allowed" | "allowed_warning" | "rejected";
  /** ISO time at which the window starts anew. */
  readonly resetsAt?: string;
  /** `five_hour`, `seven_day` …. */
  readonly type?: string;
}

/** What the messages of a run have said so far. */
export interface RunFacts {
  readonly sessionId?: string;
  /** One prompt can have several: a background task that ends starts another turn. The last counts. */
  readonly result?: SDKResultMessage;
  /** The last answer that was not empty. */
  readonly answer: string;
  readonly turns: number;
  readonly usage: Readonly<Record<string, ModelUsage>>;
  readonly denials: readonly PermissionDenial[];
  /** Tool calls that have failed since one last succeeded. */
  readonly failedToolUses: readonly string[];
  /** Background tasks that run now, and those that were stopped after the last result. */
  readonly background: ReadonlyMap<string, string>;
  readonly tornDown: readonly string[];
  /** A call was put off for a person, and Claude Code went on without it: it is forgotten. */
  readonly lostCall?: boolean;
  /** The last failure of the API: a status, or `null` when there was no answer at all. */
  readonly apiFailure?:
    | {
        readonly status: number | null;
        readonly kind: string;
        /** How often Claude Code has tried again. */
        readonly attempt: number;
      }
    | undefined;
  /** Claude Code uses a login, which it can renew, and not a key. */
  readonly usesLogin: boolean;
  readonly rateLimit?: RateLimit;
}

/** Before the first message. */
export const noFacts: RunFacts = {
  answer: "",
  turns: 0,
  usage: {},
  denials: [],
  failedToolUses: [],
  background: new Map(),
  tornDown: [],
  usesLogin: false,
};

/** Before the next turn of a conversation: what went before is not how that one ends. */
export function beginTurn({ result: _last, ...facts }: RunFacts): RunFacts {
  return { ...facts, answer: "", failedToolUses: [], tornDown: [], apiFailure: undefined };
}

/** Adds what one message says. */
export function addFacts(facts: RunFacts, message: SDKMessage): RunFacts {
  switch (message.type) {
    case "result":
      return addResult(facts, message);
    case "assistant":
      return addAnswer(facts, message);
    case "user":
      return addToolResults(facts, message);
    case "rate_limit_event":
      return { ...facts, rateLimit: toRateLimit(message.rate_limit_info) };
    case "system":
      return addSystem(facts, message);
    default:
      return facts;
  }
}

function addAnswer(facts: RunFacts, message: SDKAssistantMessage): RunFacts {
  if (message.error !== undefined) {
    const status = facts.apiFailure?.status ?? null;
    return { ...facts, apiFailure: { status, kind: message.error, attempt: 0 } };
  }
  // The API works again: what went wrong before is not why a run ends.
  return { ...facts, apiFailure: undefined };
}

function addSystem(facts: RunFacts, message: Extract<SDKMessage, { type: "system" }>): RunFacts {
  switch (message.subtype) {
    case "init":
      return {
        ...facts,
        sessionId: message.session_id,
        usesLogin: message.apiKeySource === "none" || message.apiKeySource === "oauth",
      };
    case "api_retry": {
      const { error_status: status, error: kind, attempt } = message;
      return { ...facts, apiFailure: { status, kind, attempt } };
    }
    case "background_tasks_changed": {
      const tasks = message.tasks.filter((task) => task.ambient !== true);
      return {
        ...facts,
        background: new Map(tasks.map((task) => [task.task_id, task.description])),
      };
    }
    case "task_notification": {
      if (message.status !== "stopped" || facts.result === undefined) return facts;
      return { ...facts, tornDown: [...facts.tornDown, message.summary] };
    }
    case "permission_denied":
      return addDenials(facts, [
        { toolName: message.tool_name, toolUseId: message.tool_use_id, input: undefined },
      ]);
    default:
      return facts;
  }
}

function addToolResults(facts: RunFacts, message: Extract<SDKMessage, { type: "user" }>): RunFacts {
  const { content } = message.message;
  if (typeof content === "string") return facts;
  let failed = facts.failedToolUses;
  for (const block of content) {
    if (block.type !== "tool_result") continue;
    failed = block.is_error === true ? [...failed, block.tool_use_id] : [];
  }
  return { ...facts, failedToolUses: failed };
}

function addResult(facts: RunFacts, message: SDKResultMessage): RunFacts {
  const answer = message.subtype === "success" && !message.is_error ? message.result.trim() : "";
  const denials = message.permission_denials.map((denial) => ({
    toolName: denial.tool_name,
    toolUseId: denial.tool_use_id,
    input: denial.tool_input,
  }));
  return addDenials(
    {
      ...facts,
      sessionId: message.session_id,
      result: message,
      ...(facts.result?.terminal_reason === "tool_deferred" && { lostCall: true }),
      answer: answer === "" ? facts.answer : answer,
      turns: facts.turns + message.num_turns,
      usage: usageAfter(facts, message),
      tornDown: [],
    },
    denials,
  );
}

/** The result's list is complete and has the inputs; the announcements came earlier. */
function addDenials(facts: RunFacts, denials: readonly PermissionDenial[]): RunFacts {
  const ids = new Set(denials.map((denial) => denial.toolUseId));
  const others = facts.denials.filter((denial) => !ids.has(denial.toolUseId));
  return { ...facts, denials: [...others, ...denials] };
}

/**
 * A resumed session's `modelUsage` goes on from its earlier runs; what Claude Code used since the last
 * result is exact, but only newer versions tell it.
 */
function usageAfter(
  facts: RunFacts,
  message: SDKResultMessage,
): Readonly<Record<string, ModelUsage>> {
  const recent: unknown = Reflect.get(message, "model_usage_since_last_result");
  if (!isUsage(recent)) return toUsage(message.modelUsage);
  const total: Record<string, ModelUsage> = { ...facts.usage };
  for (const [model, usage] of Object.entries(toUsage(recent))) {
    total[model] = addUsage(total[model], usage);
  }
  return total;
}

type WireUsage = SDKResultMessage["modelUsage"];

function isUsage(value: unknown): value is WireUsage {
  return (
    value instanceof Object &&
    Object.values(value).every((usage) => usage instanceof Object && "inputTokens" in usage)
  );
}

function toUsage(wire: WireUsage): Record<string, ModelUsage> {
  return Object.fromEntries(
    Object.entries(wire).map(([model, usage]) => [
      model,
      {
        inputTokens: usage.inputTokens,
        outputTokens: usage.outputTokens,
        cacheReadTokens: usage.cacheReadInputTokens,
        cacheCreationTokens: usage.cacheCreationInputTokens,
        costUsd: usage.costUSD,
      },
    ]),
  );
}

/** The sum of what was used of one model. */
export function addUsage(a: ModelUsage | undefined, b: ModelUsage): ModelUsage {
  if (!a) return b;
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheCreationTokens: a.cacheCreationTokens + b.cacheCreationTokens,
    costUsd: a.costUsd + b.costUsd,
  };
}

function toRateLimit(
  info: Extract<SDKMessage, { type: "rate_limit_event" }>["rate_limit_info"],
): RateLimit {
  return {
    status: info.status,
    ...(info.resetsAt !== undefined && { resetsAt: new Date(info.resetsAt * 1_000).toISOString() }),
    ...(info.rateLimitType !== undefined && { type: info.rateLimitType }),
  };
}
