import type { ResolvedAgent } from "../config/resolved.ts";
import { FleetManagerError } from "../errors.ts";
import { localDay } from "../state/local-day.ts";
import type { JobRecord } from "../state/job-record.ts";
import type { Fleet } from "./fleet.ts";

/** A daily budget that is used up. */
interface SpentBudget {
  readonly of: "agent" | "fleet";
  readonly spentUsd: number;
  readonly limitUsd: number;
}

/** The daily budget that leaves nothing for another job of this agent, if there is one. */
export function spentBudget(fleet: Fleet, agent: ResolvedAgent): SpentBudget | undefined {
  return dailyBudgets(fleet, agent).find(({ spentUsd, limitUsd }) => spentUsd >= limitUsd);
}

/**
 * Refuses a job that no budget is left for.
 *
 * @throws `BUDGET_SPENT`
 */
export function checkBudget(fleet: Fleet, agent: ResolvedAgent): void {
  const spent = spentBudget(fleet, agent);
  if (!spent) return;
  const whose = spent.of === "agent" ? `of agent "${agent.qualifiedName}"` : "of the fleet";
  throw new FleetManagerError(
    `The daily budget ${whose} is spent: $${spent.spentUsd.toFixed(2)} of $${spent.limitUsd.toFixed(2)}. ` +
      "Wait for tomorrow, or raise `budget.usd_per_day`.",
    { code: "BUDGET_SPENT", context: { agentName: agent.qualifiedName, ...spent } },
  );
}

/** US dollars that a job may still spend; absent: no limit. */
export function budgetLeft(
  fleet: Fleet,
  agent: ResolvedAgent,
  record: JobRecord,
): number | undefined {
  const perJob = agent.budget?.usdPerJob;
  const limits = dailyBudgets(fleet, agent).map(({ spentUsd, limitUsd }) => limitUsd - spentUsd);
  if (perJob !== undefined) limits.push(perJob - (record.costUsd ?? 0));
  return limits.length === 0 ? undefined : Math.min(...limits);
}

function dailyBudgets(fleet: Fleet, agent: ResolvedAgent): SpentBudget[] {
  const day = localDay(new Date(fleet.clock.now()));
  const budgets: SpentBudget[] = [];
  const own = agent.budget?.usdPerDay;
  if (own !== undefined) {
    const spentUsd = fleet.store.usage.costUsd({ day, agentName: agent.qualifiedName });
    budgets.push({ of: "agent", spentUsd, limitUsd: own });
  }
  const all = fleet.config.fleet.budget?.usdPerDay;
  if (all !== undefined) {
    budgets.push({ of: "fleet", spentUsd: fleet.store.usage.costUsd({ day }), limitUsd: all });
  }
  return budgets;
}
