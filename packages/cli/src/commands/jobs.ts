import type { JobFilter, JobStatus, TriggerType } from "@herdctl/core";
import { Command, Option } from "commander";
import { connectToHistory } from "../connect.ts";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../global-options.ts";
import { parseCount, parseSince } from "../option-values.ts";
import { readJobs } from "../read-pages.ts";
import { renderJobs } from "../render/job-table.ts";
import { toJson } from "../terminal/json.ts";

interface JobsOptions extends GlobalOptions {
  readonly agent?: string;
  readonly schedule?: string;
  readonly status?: JobStatus;
  readonly limit: number;
  readonly trigger?: TriggerType;
  readonly text?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly cursor?: string;
}

const statuses: readonly JobStatus[] = [
  "queued",
  "running",
  "waiting",
  "completed",
  "failed",
  "cancelled",
];

const triggers: readonly TriggerType[] = ["manual", "schedule", "webhook", "chat", "fork", "agent"];

/** `herdctl jobs` */
export function jobsCommand(context: Context): Command {
  return new Command("jobs")
    .description("Lists jobs, newest first. Needs neither a daemon nor a valid configuration.")
    .option("--agent <name>", "only of this agent")
    .option("--schedule <name>", "only of schedules with this name")
    .addOption(new Option("--status <status>", "only in this status").choices(statuses))
    .addOption(new Option("--trigger <what>", "only those that this asked for").choices(triggers))
    .option("--text <text>", "only with this in the prompt, the summary or the error")
    .option("--since <when>", "only started since: a duration such as 2h, or a date", parseSince)
    .option("--until <when>", "only started before: a duration such as 2h, or a date", parseSince)
    .option("--limit <count>", "at most this many", parseCount, 20)
    .option("--cursor <cursor>", "continue a list: `nextCursor` of its JSON")
    .addHelpText(
      "after",
      examples({
        "herdctl jobs --status failed --since 1d": "what went wrong since yesterday",
        "herdctl jobs --agent reviewer --json": "for a program",
      }),
    )
    .action(async (_options: unknown, command: Command) => {
      await listJobs(command.optsWithGlobals<JobsOptions>(), context);
    });
}

async function listJobs(options: JobsOptions, context: Context): Promise<void> {
  const { output } = context;
  await using connected = await connectToHistory(options, context);
  const list = await readJobs(connected.fleet, toFilter(options));
  if (options.json) return output.print(toJson(list, 2));
  if (list.jobs.length === 0) return output.note(nothingFound(options));
  output.print(renderJobs(list.jobs, { output, now: Date.now() }));
  if (list.nextCursor !== undefined)
    output.note(`More with --limit or --cursor ${list.nextCursor}`);
}

function toFilter(options: JobsOptions): JobFilter {
  const { agent, schedule, status, trigger, text, limit, since, until, cursor } = options;
  return {
    limit,
    ...(agent !== undefined && { agentName: agent }),
    ...(schedule !== undefined && { scheduleName: schedule }),
    ...(status !== undefined && { status }),
    ...(trigger !== undefined && { trigger }),
    ...(text !== undefined && { text }),
    ...(since !== undefined && { startedAfter: since }),
    ...(until !== undefined && { startedBefore: until }),
    ...(cursor !== undefined && { cursor }),
  };
}

function nothingFound(options: JobsOptions): string {
  const { limit: _, ...filter } = toFilter(options);
  if (Object.keys(filter).length > 0) return "No jobs match.";
  return "No jobs yet. `herdctl trigger <agent>` runs one.";
}
