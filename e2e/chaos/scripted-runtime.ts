import { setTimeout as delay } from "node:timers/promises";
import type { RuntimeInterface } from "@herdctl/core";
import type { Trouble } from "./journal.ts";
import type { Random } from "./random.ts";

type Message = RuntimeInterface["execute"] extends (options: never) => AsyncIterable<infer T>
  ? T
  : never;

/** Where the memory of sessions is, which outlives every daemon. */
export interface SessionMemory {
  /** The last step that was done in a session; 0: none. */
  lastStep(sessionId: string): number;
  add(step: { readonly jobId: string; readonly sessionId: string; readonly step: number }): void;
}

interface ScriptedRuntimeOptions {
  /** Told of each run; answers with what it meets. */
  readonly onRun?: (job: {
    readonly jobId: string;
    readonly agentName: string;
  }) => Trouble | undefined;
  readonly memory?: SessionMemory;
  /** Some runs start a real process, behind the same gate and on the same lifeline as Claude. */
  readonly processes: boolean;
}

/**
 * Plays a Claude that works in some steps within a few milliseconds. A resumed session goes on after
 * its last step.
 */
export function createScriptedRuntime(
  random: Random,
  { onRun, memory, processes }: ScriptedRuntimeOptions,
): RuntimeInterface {
  return {
    async *execute({ jobId, agent, signal, launcher, session }) {
      const trouble = onRun?.({ jobId, agentName: agent.qualifiedName });
      if (processes && random.chance(0.3)) {
        launcher.start({ command: "/bin/sleep", args: ["60"], env: launcher.env });
      }
      const about = { session_id: session.id };
      yield message({ type: "system", subtype: "init", ...about });
      const done = memory?.lastStep(session.id) ?? 0;
      const last = done + random.integer(6) + (trouble ? 0 : 1);
      for (let step = done + 1; step <= last && !signal.aborted; step++) {
        await delay(random.integer(12));
        memory?.add({ jobId, sessionId: session.id, step });
        const content = [{ type: "text", text: `Step ${step}.` }];
        yield message({ type: "assistant", ...about, message: { content } });
      }
      for (const fields of trouble ? failure(trouble) : [result]) {
        yield message({ ...fields, ...about });
      }
    },
  };
}

const result = {
  type: "result",
  subtype: "success",
  is_error: false,
  result: "done",
  stop_reason: "end_turn",
  terminal_reason: "completed",
  num_turns: 1,
  duration_ms: 5,
  total_cost_usd: 0,
  modelUsage: {},
  permission_denials: [],
};

function failure(trouble: Trouble): readonly Readonly<Record<string, unknown>>[] {
  const { status } = trouble;
  const error = status === 429 ? "rate_limit" : "overloaded";
  const content = [{ type: "text", text: `API Error: ${status}` }];
  const info = status === 429 && { status: "rejected", resetsAt: trouble.resetsAt };
  return [
    ...(info ? [{ type: "rate_limit_event", rate_limit_info: info }] : []),
    { type: "assistant", error, message: { content } },
    { ...result, is_error: true, api_error_status: status, result: `API Error: ${status}` },
  ];
}

// As it comes over the wire: only what this version reads.
function message(fields: Readonly<Record<string, unknown>>): Message {
  return JSON.parse(JSON.stringify({ uuid: "0", parent_tool_use_id: null, ...fields }));
}
