import { formatDuration, messageOf } from "@herdctl/core";
import type { FleetEvent } from "@herdctl/web";
import { formatCost, formatCount, formatTime } from "../terminal/format.ts";
import type { Output } from "../terminal/output.ts";
import { truncate } from "../terminal/width.ts";
import { inOneLine } from "./approvals.ts";
import { describeWait } from "./outcome.ts";

/** Paints events one line each; those that say nothing new to a person are "". */
export function createEventPainter(output: Output): (event: FleetEvent, now: Date) => string {
  const agents = new Map<string, string>();
  return (event, now) => {
    if (event.type === "job:created") agents.set(event.job.id, event.job.agentName);
    if (event.type === "agent:started") agents.set(event.jobId, event.agentName);
    const told = describe(event, output, now.getTime());
    if (told === undefined) return "";
    const about = "approval" in event ? event.approval : event;
    const jobId = "jobId" in about ? about.jobId : undefined;
    const named = "agentName" in about ? about.agentName : agents.get(jobId ?? "");
    const who = named ?? "fleet";
    const job = jobId === undefined ? "" : output.style("dim", `  ${jobId}`);
    if (endings.has(event.type) && jobId !== undefined) agents.delete(jobId);
    return `${output.style("dim", formatTime(now))}  ${output.style("bold", who)}  ${told}${job}`;
  };
}

const endings: ReadonlySet<string> = new Set(["job:completed", "job:failed", "job:cancelled"]);

function describe(event: FleetEvent, output: Output, now: number): string | undefined {
  switch (event.type) {
    case "agent:started":
      return output.style("cyan", "started");
    case "job:completed": {
      const { turns, costUsd } = event.result;
      const facts = `${formatCount(turns, "turn")}, ${formatCost(costUsd)}`;
      return `${output.style("green", "completed")} (${facts})`;
    }
    case "job:failed": {
      const reason = event.result?.exitReason ?? "error";
      const message = firstLine(messageOf(event.error));
      return `${output.style("red", `failed: ${reason}`)} ${message}`;
    }
    case "job:cancelled":
      return `${output.style("yellow", "cancelled")} (${event.reason})`;
    case "job:reported":
      return `reports ${event.report.status}: ${firstLine(event.report.summary)}`;
    case "job:file":
      return `sends ${event.file.title ?? event.file.name} (${event.file.path})`;
    case "job:queued":
      return `queued at position ${event.position}`;
    case "job:waiting":
      return output.style("yellow", `waits for ${describeWait(event, now)}`);
    case "approval:requested": {
      const { id, kind } = event.approval;
      const what = truncate(inOneLine(event.approval), 200);
      return output.style("yellow", `${kind === "question" ? "asks" : "may it"} (${id}): ${what}`);
    }
    case "approval:answered": {
      const { id, status, answeredBy } = event.approval;
      return `${id} ${status}${answeredBy === undefined ? "" : ` by ${answeredBy}`}`;
    }
    case "paused":
      return output.style("yellow", "paused");
    case "resumed":
      return "resumed";
    case "memory:changed":
      return `memory changed${event.key === undefined ? "" : ` (${event.key})`}`;
    case "config:reloaded":
      return `configuration reloaded (${formatCount(event.changes.length, "change")})`;
    case "gap":
      return output.style("yellow", "events were lost here");
    default:
      return describeSchedule(event, output);
  }
}

function describeSchedule(event: FleetEvent, output: Output): string | undefined {
  switch (event.type) {
    case "schedule:triggered":
      return `schedule ${event.scheduleName} fired`;
    case "schedule:skipped":
      return output.style("dim", `schedule ${event.scheduleName} skipped (${event.reason})`);
    case "schedule:missed": {
      const span = formatDuration(event.until.getTime() - event.from.getTime());
      const over = event.count > 1 ? ` over ${span}` : "";
      return output.style(
        "yellow",
        `schedule ${event.scheduleName} missed ${formatCount(event.count, "fire")}${over}`,
      );
    }
    case "schedule:enabled":
      return `schedule ${event.scheduleName} enabled`;
    case "schedule:disabled":
      return `schedule ${event.scheduleName} disabled`;
    default:
      return undefined;
  }
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
