import { randomUUID } from "node:crypto";
import type { ModelUsage, SDKMessage } from "@anthropic-ai/claude-agent-sdk";
import { LineReader } from "../../state/line-reader.ts";
import type { SessionStart } from "./session-transcript.ts";

export interface StoppedRun {
  readonly sessionId: string;
  /** Its session's file, and where that stood before the run. */
  readonly session: SessionStart;
  /** The file of the session that it was forked from. */
  readonly source?: string | undefined;
  /** Answers of the model. */
  readonly turns: number;
}

type Usage = Readonly<Record<string, ModelUsage>>;

/**
 * The result of a run that was stopped: on a busy machine, Claude Code exits before it tells one. What
 * it has used is noted in its session, together with what the session's earlier runs had used.
 * `undefined` where it could not even do that.
 */
export async function readUntoldResult(run: StoppedRun): Promise<SDKMessage | undefined> {
  const { path, offset } = run.session;
  const used = await lastUsage(path, { from: offset });
  if (!used) return undefined;
  const before =
    run.source === undefined ? await lastUsage(path, { to: offset }) : await lastUsage(run.source);
  const message: unknown = {
    type: "result",
    subtype: "error_during_execution",
    uuid: randomUUID(),
    session_id: run.sessionId,
    is_error: true,
    errors: [],
    duration_ms: 0,
    num_turns: run.turns,
    stop_reason: null,
    terminal_reason: "aborted_streaming",
    permission_denials: [],
    total_cost_usd: Object.values(used).reduce((sum, { costUSD }) => sum + costUSD, 0),
    modelUsage: used,
    model_usage_since_last_result: subtract(used, before ?? {}),
  };
  return message as SDKMessage;
}

async function lastUsage(
  path: string,
  {
    from = 0,
    to = Number.POSITIVE_INFINITY,
  }: { readonly from?: number; readonly to?: number } = {},
): Promise<Usage | undefined> {
  const reader = new LineReader(path, { position: from });
  let note: Buffer | undefined;
  try {
    for await (const line of reader.wholeLines()) {
      if (reader.position > to) break;
      if (line.includes('"type":"cost-state"')) note = line;
    }
  } finally {
    await reader.close();
  }
  return note && parseUsage(note.toString());
}

function parseUsage(line: string): Usage | undefined {
  try {
    const usage: unknown = JSON.parse(line).modelUsage;
    return isUsage(usage) ? usage : undefined;
  } catch {
    return undefined;
  }
}

function isUsage(value: unknown): value is Usage {
  return (
    value instanceof Object &&
    Object.values(value).every((model) => model instanceof Object && "costUSD" in model)
  );
}

function subtract(used: Usage, before: Usage): Record<string, Record<string, number>> {
  return Object.fromEntries(
    Object.entries(used).map(([model, usage]) => {
      const earlier = new Map<string, unknown>(Object.entries(before[model] ?? {}));
      const fields = Object.entries(usage).flatMap(([field, value]: [string, unknown]) => {
        const less = earlier.get(field);
        return typeof value === "number"
          ? [[field, value - (typeof less === "number" ? less : 0)] as const]
          : [];
      });
      return [model, Object.fromEntries(fields)];
    }),
  );
}
