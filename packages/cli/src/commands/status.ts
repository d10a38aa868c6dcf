import {
  type FleetHealth,
  type FleetProblem,
  type FleetStatus,
  formatDuration,
} from "@herdctl/core";
import { Command } from "commander";
import { connectToRead } from "../connect.ts";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import { commandPrefix, type GlobalOptions } from "../global-options.ts";
import { readJobs } from "../read-pages.ts";
import { renderAgents } from "../render/agent-table.ts";
import { describeApprovals } from "../render/approvals.ts";
import { renderIdleJobs } from "../render/queue-table.ts";
import { renderSchedules } from "../render/schedule-table.ts";
import { formatCount, formatSize } from "../terminal/format.ts";
import { toJson } from "../terminal/json.ts";
import type { Output } from "../terminal/output.ts";

/** `herdctl status` */
export function statusCommand(context: Context): Command {
  return new Command("status")
    .description("Shows the fleet: whether it runs, its agents, its queue and its next fires.")
    .addHelpText(
      "after",
      examples({
        "herdctl status": "the fleet at a glance",
        "herdctl status --json": "for a program",
      }),
    )
    .action(async (_options: unknown, command: Command) => {
      await showStatus(command.optsWithGlobals<GlobalOptions>(), context);
    });
}

async function showStatus(options: GlobalOptions, context: Context): Promise<void> {
  const { output } = context;
  await using connected = await connectToRead(options, context);
  const { fleet, isDaemon } = connected;
  const [status, agents, schedules, queue, { jobs: waiting }, approvals, health] =
    await Promise.all([
      fleet.getStatus(),
      fleet.getAgents(),
      fleet.getSchedules(),
      fleet.getQueue(),
      readJobs(fleet, { status: "waiting" }),
      fleet.getApprovals({ status: "pending" }),
      fleet.getHealth(),
    ]);
  if (options.json) {
    const all = {
      ...status,
      running: isDaemon,
      health,
      agentList: agents,
      schedules,
      queue,
      waiting,
      approvals,
    };
    return output.print(toJson(all, 2));
  }
  const look = { output, now: Date.now() };
  const parts = [
    describeFleet(status, isDaemon ? health : undefined, output),
    renderAgents(agents, look),
  ];
  if (schedules.length > 0) parts.push(renderSchedules(schedules, look));
  parts.push(...renderIdleJobs({ queue, waiting }, look));
  const prefix = commandPrefix(options, context);
  if (approvals.length > 0) parts.push(describeApprovals(approvals, { ...look, prefix }));
  output.print(parts.join("\n\n"));
}

const problems: Readonly<Record<FleetProblem, string>> = {
  not_running: "it is just starting or stopping",
  store: "its store takes nothing: is the disk full, or held by another program?",
  scheduler: "its scheduler stands still: no schedule fires",
};

const pausedNotice = "paused: queued jobs wait and fires are skipped until `herdctl resume`";

/** `health`: of the daemon, where one runs. */
function describeFleet(
  status: FleetStatus,
  health: FleetHealth | undefined,
  output: Output,
): string {
  const { jobs, uptime, pid, storage } = status;
  const problem = health?.problem;
  const state = health
    ? output.style("green", `${status.state} for ${formatDuration(uptime)} (process ${pid})`)
    : output.style("yellow", "not running: no schedule fires until `herdctl start`");
  const counts = [
    `${jobs.active} running`,
    `${jobs.queued} queued`,
    ...(jobs.waiting > 0 ? [`${jobs.waiting} waiting`] : []),
    `${jobs.completed} completed`,
    `${jobs.failed} failed`,
    `${jobs.cancelled} cancelled`,
  ];
  const sizes = [
    `database ${formatSize(storage.databaseBytes)}`,
    `output ${formatSize(storage.outputBytes)}`,
    `log ${formatSize(storage.logBytes)}`,
  ];
  return [
    `${output.style("bold", status.name ?? "fleet")}  ${state}`,
    `${formatCount(status.agents.total, "agent")} from ${status.configPath}`,
    `jobs: ${counts.join(", ")}`,
    `disk: ${sizes.join(", ")}`,
    ...(problem ? [output.style("red", `problem: ${problems[problem]}`)] : []),
    ...(status.paused ? [output.style("yellow", pausedNotice)] : []),
  ].join("\n");
}
