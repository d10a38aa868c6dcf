import type { AuditFilter } from "@herdctl/core";
import { Command, Option } from "commander";
import { connectToHistory } from "../connect.ts";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../global-options.ts";
import { parseCount, parseSince } from "../option-values.ts";
import { readPages } from "../read-pages.ts";
import { renderAudit } from "../render/audit-table.ts";
import { toJson } from "../terminal/json.ts";

interface Options extends GlobalOptions {
  readonly agent?: string;
  readonly job?: string;
  readonly operation?: string;
  readonly since?: Date;
  readonly limit: number;
  readonly cursor?: string;
}

/** `herdctl audit` */
export function auditCommand(context: Context): Command {
  return new Command("audit")
    .description("Lists who asked the fleet for what, and what came of it, latest first.")
    .option("--agent <name>", "only about this agent")
    .option("--job <id>", "only about the job with this full id, or what made it")
    .option("--operation <name>", "only this, such as cancelJob")
    .addOption(
      new Option("--since <when>", "only since: a duration such as 2h, or a date").argParser(
        parseSince,
      ),
    )
    .option("--limit <count>", "at most this many", parseCount, 20)
    .option("--cursor <cursor>", "continue a list: `nextCursor` of its JSON")
    .addHelpText(
      "after",
      examples({
        "herdctl audit --since 1d": "what was asked for since yesterday, and by whom",
        "herdctl audit --operation cancelJob --json": "for a program",
      }),
    )
    .action(async (_: unknown, command: Command) => {
      await showAudit(command.optsWithGlobals<Options>(), context);
    });
}

async function showAudit(options: Options, context: Context): Promise<void> {
  const { output } = context;
  await using connected = await connectToHistory(options, context);
  const filter = toFilter(options);
  const { items: entries, nextCursor } = await readPages(options, async (part) => {
    const { entries: items, ...rest } = await connected.fleet.getAudit({ ...filter, ...part });
    return { items, ...rest };
  });
  if (options.json) return output.print(toJson({ entries, nextCursor }, 2));
  if (entries.length === 0) return output.note("Nothing was asked for.");
  output.print(renderAudit(entries, { output, now: Date.now() }));
  if (nextCursor !== undefined) output.note(`More with --limit or --cursor ${nextCursor}`);
}

function toFilter({ agent, job, operation, since }: Options): AuditFilter {
  return {
    ...(agent !== undefined && { agentName: agent }),
    ...(job !== undefined && { jobId: job }),
    ...(operation !== undefined && { operation }),
    ...(since !== undefined && { since }),
  };
}
