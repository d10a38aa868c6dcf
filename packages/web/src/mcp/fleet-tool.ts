import type { CallToolResult, McpServer, ServerContext } from "@modelcontextprotocol/server";
import type { z } from "zod";
import type { FleetOperations } from "../operations.ts";

/** What a call of a tool has to work with. */
export interface ToolCall {
  readonly fleet: FleetOperations;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Does the work of a tool with the fleet as it is now; what goes wrong is the tool's answer. */
export type RunTool = (
  run: (call: ToolCall) => Promise<object>,
  context: ServerContext,
) => Promise<CallToolResult>;

/** Something that a model can ask of a fleet. */
export interface FleetTool {
  /** It changes nothing: whoever may only look may call it. */
  readonly readsOnly: boolean;
  readonly addTo: (server: McpServer, run: RunTool) => void;
}

interface Definition<Input extends z.ZodObject, Output extends object> {
  readonly name: string;
  readonly title: string;
  /** For a model: what it does, when to use it, what comes next. */
  readonly description: string;
  readonly input: Input;
  readonly output: z.ZodType<Output>;
  /** `ends`: what it takes away does not come back. */
  readonly effect: "reads" | "adds" | "ends";
  /** A second call with the same input changes nothing more. */
  readonly idempotent?: boolean;
  readonly run: (call: ToolCall, input: z.output<Input>) => Promise<Output>;
}

/** Makes a tool from its definition. */
export function fleetTool<Input extends z.ZodObject, Output extends object>(
  tool: Definition<Input, Output>,
): FleetTool {
  const { name, title, description, output, effect, idempotent = false } = tool;
  const inputSchema: z.ZodObject = tool.input;
  const readsOnly = effect === "reads";
  const annotations = {
    readOnlyHint: readsOnly,
    destructiveHint: effect === "ends",
    idempotentHint: readsOnly || idempotent,
    // Agents act on whatever their operator let them.
    openWorldHint: effect === "adds",
  };
  return {
    readsOnly,
    addTo: (server, run) => {
      const config = { title, description, inputSchema, outputSchema: output, annotations };
      server.registerTool(name, config, (given, context) =>
        run((call) => tool.run(call, given as z.output<Input>), context),
      );
    },
  };
}
