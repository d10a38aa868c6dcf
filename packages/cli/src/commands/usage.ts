import { Command, Option } from "commander";
import { connectToHistory } from "../connect.ts";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../global-options.ts";
import { parseSince } from "../option-values.ts";
import { renderUsage } from "../render/usage-table.ts";
import { formatInstant } from "../terminal/format.ts";
import { toJson } from "../terminal/json.ts";
import { sumUsage, type UsageKey, usageKeys } from "../sum-usage.ts";

interface Options extends GlobalOptions {
  readonly since: Date;
  readonly by?: UsageKey;
  readonly agent?: string;
}

/** `herdctl usage` */
export function usageCommand(context: Context): Command {
  return new Command("usage")
    .description("Shows what the fleet used of the models and what Claude Code says it cost.")
    .addOption(
      new Option("--since <when>", "from the day of this on: a duration such as 30d, or a date")
        .argParser(parseSince)
        .default(parseSince("7d"), "7d"),
    )
    .addOption(
      new Option("--by <what>", "one row for each of these (default: agent)").choices(usageKeys),
    )
    .option("--agent <name>", "only of this agent")
    .addHelpText(
      "after",
      examples({
        "herdctl usage": "tokens and dollars of the last week, by agent",
        "herdctl usage --since 30d --by day": "day by day",
      }),
    )
    .action(async (_: unknown, command: Command) => {
      await showUsage(command.optsWithGlobals<Options>(), context);
    });
}

async function showUsage(options: Options, context: Context): Promise<void> {
  const { output } = context;
  const { agent: agentName, by, json } = options;
  const [since = ""] = formatInstant(options.since).split(" ");
  await using connected = await connectToHistory(options, context);
  const usage = await connected.fleet.getUsage({
    since,
    ...(agentName !== undefined && { agentName }),
  });
  if (json) return output.print(toJson({ since, usage: by ? sumUsage(usage, by) : usage }, 2));
  if (usage.length === 0) return output.note(`Nothing was used since ${since}.`);
  output.print(renderUsage(sumUsage(usage, by ?? "agent"), { by: by ?? "agent", output }));
}
