import type {
  CutStep,
  ErrorStep,
  FaultName,
  MessageFacts,
  Pace,
  Script,
  ScriptStep,
  StopReason,
  SubagentStep,
  Times,
  ToolCall,
} from "./script.ts";

/** A {@link Script} under construction: every call returns a new one with a step more. */
export interface ScriptBuilder {
  readonly steps: Script;
  text(text: string, options?: MessageFacts & Pace): ScriptBuilder;
  thinking(thinking: string, options?: MessageFacts & Pace): ScriptBuilder;
  tool(tool: string, input: Readonly<Record<string, unknown>>, facts?: MessageFacts): ScriptBuilder;
  /** Several calls in one message. */
  tools(tools: readonly ToolCall[], facts?: MessageFacts): ScriptBuilder;
  subagent(
    task: string,
    script: Script | ScriptBuilder,
    options?: Omit<SubagentStep, "subagent" | "script">,
  ): ScriptBuilder;
  structured(output: Readonly<Record<string, unknown>>, facts?: MessageFacts): ScriptBuilder;
  /** Milliseconds of silence inside the message. */
  wait(ms: number): ScriptBuilder;
  /** Silence until the client gives up. */
  stall(): ScriptBuilder;
  stop(reason?: StopReason, facts?: MessageFacts): ScriptBuilder;
  cut(at?: CutStep["cut"], options?: Pick<CutStep, "times">): ScriptBuilder;
  error(status: number, options?: Omit<ErrorStep, "error">): ScriptBuilder;
  fault(name: FaultName, options?: { readonly times?: Times }): ScriptBuilder;
  /** Repeats messages `times`, or for ever. */
  repeat(script: Script | ScriptBuilder, times?: number): ScriptBuilder;
}

/**
 * Starts a script.
 *
 * @example
 * ```ts
 * script().text("On it.").tool("Bash", { command: "date" }).error(529, { times: 2 }).text("Done.");
 * ```
 */
export function script(steps: Script = []): ScriptBuilder {
  const add = (step: ScriptStep): ScriptBuilder => script([...steps, step]);
  return {
    steps,
    text: (text, options) => add({ text, ...options }),
    thinking: (thinking, options) => add({ thinking, ...options }),
    tool: (tool, input, facts) => add({ tool, input, ...facts }),
    tools: (tools, facts) => add({ tools, ...facts }),
    subagent: (subagent, inner, options) => add({ subagent, script: stepsOf(inner), ...options }),
    structured: (structured, facts) => add({ structured, ...facts }),
    wait: (wait) => add({ wait }),
    stall: () => add({ wait: "forever" }),
    stop: (stop = "end_turn", facts) => add({ stop, ...facts }),
    cut: (cut = "blocks", options) => add({ cut, ...options }),
    error: (error, options) => add({ error, ...options }),
    fault: (fault, options) => add({ fault, ...options }),
    repeat: (inner, times) =>
      add({ repeat: stepsOf(inner), ...(times !== undefined && { times }) }),
  };
}

/** The steps of a script, however it was written. */
export function stepsOf(source: Script | ScriptBuilder): Script {
  return "steps" in source ? source.steps : source;
}
