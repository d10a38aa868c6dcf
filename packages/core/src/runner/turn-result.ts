import { decideOutcome, wasInterrupted } from "./outcome.ts";
import type { RunFacts } from "./run-facts.ts";
import type { TurnResult } from "./turn.ts";

/** What is known when Claude tells the result of a turn. */
export interface EndedTurn {
  readonly facts: RunFacts;
  /** Before the turn: what a run has used goes on from turn to turn. */
  readonly before: RunFacts;
  /** All that Claude said in it. */
  readonly said: string;
  readonly isInterrupted: boolean;
}

/** Decides how a turn ended. Work in the background may go on after it. */
export function toTurnResult({ facts, before, said, isInterrupted }: EndedTurn): TurnResult {
  const outcome = decideOutcome({ ...facts, background: new Map() });
  const known = new Set(before.denials.map(({ toolUseId }) => toolUseId));
  const used = {
    text: outcome.summary ?? said,
    turns: facts.turns - before.turns,
    costUsd: costOf(facts) - costOf(before),
    permissionDenials: facts.denials.filter(({ toolUseId }) => !known.has(toolUseId)),
  };
  const { exitReason } = outcome;
  if (exitReason === "success") return { outcome: "completed", exitReason, ...used };
  if (isInterrupted && facts.result && wasInterrupted(facts.result)) {
    return { outcome: "interrupted", exitReason: "interrupted", ...used };
  }
  return { outcome: "failed", exitReason, ...used, ...(outcome.error && { error: outcome.error }) };
}

/** US dollars that were spent until then. */
export function costOf({ usage }: RunFacts): number {
  return Object.values(usage).reduce((sum, { costUsd }) => sum + costUsd, 0);
}
