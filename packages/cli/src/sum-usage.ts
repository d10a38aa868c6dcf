import type { ModelUsage, UsageInfo } from "@herdctl/core";

/** What usage is summed up by. */
export const usageKeys = ["agent", "day", "model"] as const;

/** One of {@link usageKeys}. */
export type UsageKey = (typeof usageKeys)[number];

/** Usage of one agent, day or model. */
export interface UsageSum extends ModelUsage {
  readonly name: string;
}

const fields = { agent: "agentName", day: "day", model: "model" } as const;

/** Sums usage up: by day in their order, else what cost most first. */
export function sumUsage(usage: readonly UsageInfo[], by: UsageKey): readonly UsageSum[] {
  const groups = Map.groupBy(usage, (row) => row[fields[by]]);
  const sums = [...groups].map(([name, rows]) => ({ name, ...total(rows) }));
  if (by === "day") return sums.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return sums.toSorted((a, b) => b.costUsd - a.costUsd);
}

/** All of it. */
export function total(rows: readonly ModelUsage[]): ModelUsage {
  const sum = (of: keyof ModelUsage): number => rows.reduce((all, row) => all + row[of], 0);
  return {
    inputTokens: sum("inputTokens"),
    outputTokens: sum("outputTokens"),
    cacheReadTokens: sum("cacheReadTokens"),
    cacheCreationTokens: sum("cacheCreationTokens"),
    costUsd: sum("costUsd"),
  };
}
