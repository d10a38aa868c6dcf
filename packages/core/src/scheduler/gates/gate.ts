import type { ResolvedGate } from "../../config/resolved.ts";
import { passCommandGate } from "./command-gate.ts";
import type { GateContext, GateVerdict } from "./gate-context.ts";
import { readGitValue } from "./git-gate.ts";
import { readHttpValue } from "./http-gate.ts";

/** Asks the gate of a schedule, before any model is called. Never rejects. */
export async function askGate(gate: ResolvedGate, context: GateContext): Promise<GateVerdict> {
  if (gate.type === "command") return passCommandGate(gate, context);
  const read = await (gate.type === "git"
    ? readGitValue(gate, context)
    : readHttpValue(gate, context));
  if (read.problem !== undefined) return { open: false, problem: read.problem };
  return { open: read.value !== context.seen, value: read.value };
}
