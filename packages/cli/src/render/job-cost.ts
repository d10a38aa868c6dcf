import type { JobResult } from "@herdctl/core";
import { formatCost } from "../terminal/format.ts";

/** What a job cost; nothing where it ended before Claude Code said so. */
export function formatJobCost({ usage, costUsd }: JobResult): string | undefined {
  const isUnknown = costUsd === 0 && Object.keys(usage).length === 0;
  return isUnknown ? undefined : formatCost(costUsd);
}
