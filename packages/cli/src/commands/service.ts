import { Command } from "commander";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import { checkStartOptions } from "../service/check-start-options.ts";
import { installService } from "../service/install.ts";
import { showService } from "../service/show-service.ts";
import { uninstallService } from "../service/uninstall.ts";
import { subcommandsOf } from "../subcommands.ts";

/** `herdctl service` */
export function serviceCommand(context: Context): Command {
  const command = new Command("service").description(
    "Has your system run the fleet, from login on and after a crash: as a systemd user unit, or as a " +
      "launchd agent on macOS.",
  );
  const addOne = subcommandsOf(command);
  const add: typeof addOne = (...about) =>
    addOne(...about).option("--name <name>", "name of the service (default: the fleet's folder)");

  add(
    "install",
    "installs and starts the service; installed already, renews and restarts it",
    "install --env GITHUB_TOKEN -- --watch",
  )
    .argument("[start-options...]", "options of `herdctl start`, behind --")
    .option("--env <names...>", "give it these variables of your environment, too")
    .option("--print", "print the service's file, and install nothing")
    .action(async (startOptions: readonly string[], _: unknown, child: Command) => {
      await checkStartOptions(startOptions, { command: child, context });
      await installService({ ...child.optsWithGlobals(), startOptions }, context);
    });
  add("uninstall", "stops the service and removes it", "uninstall").action(
    async (_: unknown, child: Command) => uninstallService(child.optsWithGlobals(), context),
  );
  add("status", "tells whether the service is installed and runs", "status --json").action(
    async (_: unknown, child: Command) => showService(child.optsWithGlobals(), context),
  );
  return command.addHelpText(
    "after",
    examples({
      "herdctl service install": "run the fleet from now on, and after each login",
      "herdctl service install --print": "see what that would install",
      "herdctl service status": "is it installed, does it run",
    }),
  );
}
