import { setTimeout as delay } from "node:timers/promises";
import type { RuntimeInterface } from "@herdctl/core";
import type { Random } from "./random.ts";

type Message = RuntimeInterface["execute"] extends (options: never) => AsyncIterable<infer T>
  ? T
  : never;

interface ScriptedRuntimeOptions {
  readonly onRun?: (job: { readonly jobId: string; readonly agentName: string }) => void;
  /** Some runs start a real process, behind the same gate and on the same lifeline as Claude. */
  readonly processes: boolean;
}

/**
 * Plays a Claude that answers in some pieces within a few milliseconds.
 */
export function createScriptedRuntime(
  random: Random,
  { onRun, processes }: ScriptedRuntimeOptions,
): RuntimeInterface {
  return {
    async *execute({ jobId, agent, signal, launcher, session }) {
      onRun?.({ jobId, agentName: agent.qualifiedName });
      if (processes && random.chance(0.3)) {
        launcher.start({ command: "/bin/sleep", args: ["60"], env: launcher.env });
      }
      yield message({ type: "system", subtype: "init", session_id: session.id });
      const pieces = 1 + random.integer(6);
      for (let piece = 1; piece <= pieces && !signal.aborted; piece++) {
        await delay(random.integer(12));
        const content = [{ type: "text", text: `${piece} of ${pieces}` }];
        yield message({ type: "assistant", session_id: session.id, message: { content } });
      }
      yield message({ ...result, session_id: session.id });
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

// As it comes over the wire: only what this version reads.
function message(fields: Readonly<Record<string, unknown>>): Message {
  return JSON.parse(JSON.stringify({ uuid: "0", parent_tool_use_id: null, ...fields }));
}
