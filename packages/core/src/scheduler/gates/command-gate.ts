import type { ResolvedGate } from "../../config/resolved.ts";
import type { GateContext, GateVerdict } from "./gate-context.ts";
import { problemOf, runGateCommand } from "./gate-process.ts";

type CommandGate = Extract<ResolvedGate, { type: "command" }>;

// What a shell answers when it cannot find or run the command: no verdict.
const notRun: readonly (number | undefined)[] = [126, 127];

/** Open when the command exits with 0, closed when it exits otherwise. */
export async function passCommandGate(
  gate: CommandGate,
  context: GateContext,
): Promise<GateVerdict> {
  const result = await runGateCommand(gate, context);
  const problem = problemOf(result, notRun.includes(result.exitCode));
  return problem === undefined ? { open: result.exitCode === 0 } : { open: false, problem };
}
