import { Command } from "commander";
import { connectToDaemon, embeddedOwner } from "../connect.ts";
import type { Context } from "../context.ts";
import { daemonRequired } from "../daemon-required.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../global-options.ts";
import { findState } from "../place.ts";
import { describeLaterChanges } from "../render/later-changes.ts";
import { formatCount } from "../terminal/format.ts";
import { toJson } from "../terminal/json.ts";

/** `herdctl reload` */
export function reloadCommand(context: Context): Command {
  return new Command("reload")
    .description(
      "Has the running fleet read its configuration anew, and tells what has changed. Running jobs " +
        "keep the old one; an invalid one changes nothing.",
    )
    .addHelpText("after", examples({ "herdctl reload": "after a change of the YAML files" }))
    .action(async (_: unknown, command: Command) => {
      await reload(command.optsWithGlobals<GlobalOptions>(), context);
    });
}

async function reload(options: GlobalOptions, context: Context): Promise<void> {
  const { output } = context;
  await using daemon = await connectToDaemon(options, context);
  if (!daemon) {
    const embedded = await embeddedOwner(await findState(options, context));
    throw embedded ?? daemonRequired("No fleet is running: `herdctl start` reads its files anew.");
  }
  const changes = await daemon.fleet.reload();
  if (options.json) return output.print(toJson({ changes }, 2));
  const what = changes.length === 0 ? "nothing has changed" : formatCount(changes.length, "change");
  output.print([`Reloaded: ${what}.`, ...changes.map((change) => `  ${change}`)].join("\n"));
  const later = describeLaterChanges(changes);
  if (later !== undefined) output.note(later);
}
