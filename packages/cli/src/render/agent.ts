import type { AgentInfo } from "@herdctl/core";
import { formatCount, formatRelative } from "../terminal/format.ts";
import type { TableOptions } from "./table-look.ts";

/** One screen about one agent. */
export function renderAgent(agent: AgentInfo, { output, now }: TableOptions): string {
  const { name, description = "", state, paused, model, nextTrigger } = agent;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["state", paused ? `${state}, paused` : state],
    ["jobs", jobsOf(agent)],
    ["last job", agent.lastJob],
    ["schedules", agent.schedules.join(", ")],
    ["next fire", nextTrigger ? formatRelative(nextTrigger, now) : undefined],
    ["runtime", model === undefined ? agent.runtime : `${agent.runtime}, ${model}`],
    ["in", agent.workingDirectory],
    ["file", agent.configPath],
  ];
  const about = description === "" ? "" : `  ${description.replaceAll(/\s+/g, " ").trim()}`;
  const shown = facts
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([label, value]) => `  ${output.style("dim", label.padEnd(9))}  ${value}`);
  return [`${output.style("bold", name)}${about}`, ...shown].join("\n");
}

function jobsOf({ concurrency: { running, limit, queued }, runningJobs }: AgentInfo): string {
  const ids = runningJobs.length > 0 ? ` (${runningJobs.join(", ")})` : "";
  const waiting = queued > 0 ? `, ${formatCount(queued, "job")} queued` : "";
  return `${running} of ${limit} running${ids}${waiting}`;
}
