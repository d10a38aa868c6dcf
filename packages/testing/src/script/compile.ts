import type {
  CutStep,
  ErrorStep,
  FaultStep,
  MessageFacts,
  Script,
  ScriptStep,
  Times,
  TokenUsage,
} from "./script.ts";
import { inPrompt } from "./prompt.ts";

/** One answer of the model, with what goes wrong before it. */
export interface Reply {
  readonly faults: readonly (ErrorStep | FaultStep)[];
  readonly parts: readonly Part[];
  readonly stop: "end_turn" | "tool_use" | "max_tokens" | "stop_sequence" | "refusal";
  readonly usage: TokenUsage;
  readonly headers: Readonly<Record<string, string>>;
  readonly cut?: { readonly at: CutStep["cut"]; readonly times: Times };
}

/** A content block, or a pause between two. */
export type Part =
  | {
      readonly kind: "text" | "thinking";
      readonly pieces: readonly string[];
      readonly every: number;
    }
  | {
      readonly kind: "tool";
      readonly name: string;
      readonly input: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "wait"; readonly ms: number };

/** A script as answers, in runs of repeated ones. */
export type CompiledScript = readonly Segment[];

interface Segment {
  readonly replies: readonly Reply[];
  readonly times: number;
}

/** What the model says once its script is over. */
const closing: Reply = replyOf({ parts: [{ kind: "text", pieces: ["Done."], every: 0 }] });

/**
 * Groups steps into the messages that a model would send.
 *
 * @throws Error naming the step that has no meaning at its place
 */
export function compileScript(script: Script): CompiledScript {
  const segments: Segment[] = [];
  let start = 0;
  const flush = (end: number): void => {
    const replies = groupSteps(script.slice(start, end), start);
    if (replies.length > 0) segments.push({ replies, times: 1 });
  };
  for (const [index, step] of script.entries()) {
    if (!("repeat" in step)) continue;
    flush(index);
    start = index + 1;
    if (step.repeat.some((inner) => "repeat" in inner)) {
      throw new Error(`step ${index + 1}: a repeat cannot contain another`);
    }
    const replies = groupSteps(step.repeat, 0);
    if (replies.length === 0) throw new Error(`step ${index + 1}: there is nothing to repeat`);
    segments.push({ replies, times: step.times ?? Number.POSITIVE_INFINITY });
  }
  flush(script.length);
  return segments;
}

/** The answer number `index` (from 0); past the end, a short closing one. */
export function replyAt(compiled: CompiledScript, index: number): Reply {
  let left = index;
  for (const { replies, times } of compiled) {
    const length = replies.length * times;
    if (left < length) return replies[left % replies.length] ?? closing;
    left -= length;
  }
  return closing;
}

interface Draft {
  faults: (ErrorStep | FaultStep)[];
  parts: Part[];
  facts: MessageFacts;
}

function groupSteps(steps: readonly ScriptStep[], offset: number): Reply[] {
  const replies: Reply[] = [];
  let draft: Draft = { faults: [], parts: [], facts: {} };
  const close = (end: Pick<Reply, "stop"> & Partial<Pick<Reply, "cut">>): void => {
    const { usage, headers } = draft.facts;
    replies.push(
      replyOf({
        faults: draft.faults,
        parts: draft.parts,
        ...(usage && { usage }),
        ...(headers && { headers }),
        ...end,
      }),
    );
    draft = { faults: [], parts: [], facts: {} };
  };
  for (const [index, step] of steps.entries()) {
    if ("usage" in step || "headers" in step) noteFacts(draft, step);
    if ("error" in step || "fault" in step) {
      if (draft.parts.length > 0) {
        throw new Error(
          `step ${offset + index + 1}: an error takes the place of a message, so it cannot follow text ` +
            `in the same one; put it first, or end the message with a tool call or "stop"`,
        );
      }
      draft.faults.push(step);
    } else if ("stop" in step) {
      close({ stop: step.stop });
    } else if ("cut" in step) {
      close({ stop: "end_turn", cut: { at: step.cut, times: step.times ?? 1 } });
    } else {
      const parts = partsOf(step);
      draft.parts.push(...parts);
      if (parts.some((part) => part.kind === "tool")) close({ stop: "tool_use" });
    }
  }
  if (draft.parts.length > 0) close({ stop: "end_turn" });
  if (draft.faults.length > 0) replies.push({ ...closing, faults: draft.faults });
  return replies;
}

function noteFacts(draft: Draft, step: ScriptStep): void {
  if ("error" in step) return;
  const { usage, headers } = step as MessageFacts;
  draft.facts = {
    ...draft.facts,
    ...(usage && { usage }),
    ...(headers && { headers: { ...draft.facts.headers, ...headers } }),
  };
}

function partsOf(step: ScriptStep): Part[] {
  if ("text" in step) return [spoken("text", step.text, step)];
  if ("thinking" in step) return [spoken("thinking", step.thinking, step)];
  if ("wait" in step) {
    return [{ kind: "wait", ms: step.wait === "forever" ? Number.POSITIVE_INFINITY : step.wait }];
  }
  if ("tools" in step) return step.tools.flatMap((call) => partsOf(call));
  if ("structured" in step) {
    return [{ kind: "tool", name: "StructuredOutput", input: step.structured }];
  }
  if ("subagent" in step) {
    const input = {
      description: step.subagent,
      prompt: `${step.subagent}\n\n${inPrompt(step.script)}`,
      subagent_type: step.type ?? "general-purpose",
      run_in_background: step.background ?? false,
    };
    return [{ kind: "tool", name: "Agent", input }];
  }
  return "tool" in step ? [{ kind: "tool", name: step.tool, input: step.input }] : [];
}

function spoken(
  kind: "text" | "thinking",
  text: string,
  pace: { readonly chunks?: number; readonly every?: number },
): Part {
  const characters = Array.from(text);
  const size = Math.max(1, Math.ceil(characters.length / (pace.chunks ?? 1)));
  const pieces = Array.from({ length: Math.ceil(characters.length / size) }, (_, index) =>
    characters.slice(index * size, (index + 1) * size).join(""),
  );
  return { kind, pieces, every: pace.every ?? 0 };
}

function replyOf(reply: Partial<Reply>): Reply {
  return { faults: [], parts: [], stop: "end_turn", usage: {}, headers: {}, ...reply };
}
