import { formatDuration, type TriggerPlan } from "@herdctl/core";
import { formatCost } from "../terminal/format.ts";
import type { Output } from "../terminal/output.ts";

/** What a trigger would run, for a person. */
export function renderPlan(plan: TriggerPlan, output: Output): string {
  const { limits } = plan;
  const facts: readonly (readonly [string, string])[] = [
    ["agent", plan.agentName],
    ["schedule", plan.scheduleName ?? "none"],
    ["runs in", plan.workingDirectory],
    ["runtime", plan.runtime],
    ["claude", plan.claudePath],
    ["model", plan.model ?? "Claude Code's default"],
    ["permissions", plan.permissionMode],
    ["allowed", listOf(plan.allowedTools)],
    ["denied", listOf(plan.deniedTools)],
    ["MCP servers", listOf(plan.mcpServers)],
    ["settings", listOf(plan.settingSources)],
    ["timeout", limits.timeout === undefined ? "none" : formatDuration(limits.timeout)],
    ["max turns", limits.maxTurns === undefined ? "no limit" : String(limits.maxTurns)],
    ["budget", limits.maxBudgetUsd === undefined ? "no limit" : formatCost(limits.maxBudgetUsd)],
  ];
  const rows = facts.map(([name, value]) => `${output.style("dim", name.padEnd(12))} ${value}`);
  return [...rows, "", output.style("bold", "Prompt"), plan.prompt.trimEnd()].join("\n");
}

function listOf(items: readonly string[]): string {
  return items.length === 0 ? "none" : items.join(", ");
}
