import { Command } from "commander";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import { parseCount, parseCountTo } from "../option-values.ts";
import { listFires } from "../schedule/history.ts";
import { listSchedules } from "../schedule/list.ts";
import { listNextFires } from "../schedule/next.ts";
import { switchSchedule } from "../schedule/switch.ts";
import { subcommandsOf } from "../subcommands.ts";

type Name = string | undefined;

/** `herdctl schedule` */
export function scheduleCommand(context: Context): Command {
  const command = new Command("schedule").description(
    "Lists, previews and switches schedules, and tells what became of their fires.",
  );
  const add = subcommandsOf(command, { standard: "list" });
  const agent = "agent name (default: all)";
  const schedule = "schedule of that agent (default: all)";

  add("list", "lists the schedules with their last and next fires", "list").action(
    async (_: unknown, child: Command) => listSchedules(child.optsWithGlobals(), context),
  );
  add(
    "next",
    "previews the coming fires, or when a disabled schedule would fire",
    "next reviewer nightly -n 3",
  )
    .argument("[agent]", agent)
    .argument("[schedule]", schedule)
    .option("-n, --count <count>", "this many, at most 1000", parseCountTo(1_000), 10)
    .action(async (agentName: Name, scheduleName: Name, _: unknown, child: Command) =>
      listNextFires({ agentName, scheduleName }, child.optsWithGlobals(), context),
    );
  add(
    "history",
    "tells what became of each due instant, latest first: its job, or why there is none",
    "history reviewer --limit 50",
  )
    .argument("[agent]", agent)
    .argument("[schedule]", schedule)
    .option("--limit <count>", "at most this many", parseCount, 20)
    .option("--cursor <cursor>", "continue a list: `nextCursor` of its JSON")
    .action(async (agentName: Name, scheduleName: Name, _: unknown, child: Command) =>
      listFires({ agentName, scheduleName }, child.optsWithGlobals(), context),
    );
  for (const enabled of [true, false]) {
    add(
      enabled ? "enable" : "disable",
      enabled ? "lets a schedule fire again" : "lets a schedule fire no more, over restarts",
      `${enabled ? "enable" : "disable"} reviewer nightly`,
    )
      .argument("<agent>", "agent name")
      .argument("<schedule>", "schedule of that agent")
      .action(async (agentName: string, scheduleName: string, _: unknown, child: Command) =>
        switchSchedule({ agentName, scheduleName, enabled }, child.optsWithGlobals(), context),
      );
  }
  return command.addHelpText(
    "after",
    examples({
      "herdctl schedule next": "what fires next",
      "herdctl schedule history reviewer nightly": "whether it fired, and if not, why",
      "herdctl schedule disable reviewer nightly": "during maintenance",
    }),
  );
}
