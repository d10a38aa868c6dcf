import type { ResolvedAgent } from "../../config/resolved.ts";
import type { SkipReason } from "../../state/store.ts";
import { spentBudget } from "../budget.ts";
import type { Fleet } from "../fleet.ts";
import { isPaused } from "../pause.ts";

/** Why a scheduled fire of this agent makes no job, whatever its schedule says. */
export function refuseFire(fleet: Fleet, agent: ResolvedAgent): SkipReason | undefined {
  if (isPaused(fleet, agent.qualifiedName)) return "paused";
  return spentBudget(fleet, agent) ? "budget" : undefined;
}
