import type { Outcome } from "../runner/outcome.ts";
import { addUsage } from "../runner/run-facts.ts";
import type { JobRecord, ModelUsage } from "../state/job-record.ts";

type Totals = Pick<JobRecord, "turns" | "costUsd" | "usage" | "permissionDenials">;

/** What a job has used over all its attempts, the one that just ended included. */
export function addTotals(record: JobRecord, outcome: Outcome): Required<Totals> {
  const usage: Record<string, ModelUsage> = { ...record.usage };
  for (const [model, used] of Object.entries(outcome.usage)) {
    usage[model] = addUsage(usage[model], used);
  }
  return {
    turns: (record.turns ?? 0) + outcome.turns,
    costUsd: (record.costUsd ?? 0) + outcome.costUsd,
    usage,
    permissionDenials: [...(record.permissionDenials ?? []), ...outcome.permissionDenials],
  };
}
