import { z } from "zod";

/** One of herdctl's tools, bound to a job. */
export interface AgentTool {
  readonly name: string;
  /** What Claude reads to decide when and how to use it. */
  readonly description: string;
  readonly input: z.ZodRawShape;
  /** Resolves with what Claude is told; a rejection is told as the tool's error. */
  call(input: unknown, call: ToolCall): Promise<string>;
}

/** One call of a tool. */
export interface ToolCall {
  /** Claude's id of the tool use: the same when the call is repeated. */
  readonly id: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

interface ToolDefinition<Input extends z.ZodRawShape> extends Omit<AgentTool, "call"> {
  readonly input: Input;
  call(input: z.output<z.ZodObject<Input>>, call: ToolCall): Promise<string>;
}

/** A tool whose function gets what its schema describes. */
export function agentTool<Input extends z.ZodRawShape>(tool: ToolDefinition<Input>): AgentTool {
  const schema = z.object(tool.input);
  return { ...tool, call: (input, call) => tool.call(schema.parse(input), call) };
}
