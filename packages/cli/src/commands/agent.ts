import { Command } from "commander";
import { addAgent, type AddOptions } from "../agent/add.ts";
import { showInstalled } from "../agent/info.ts";
import { listInstalled } from "../agent/list.ts";
import { removeAgent, type RemoveOptions } from "../agent/remove.ts";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import { subcommandsOf } from "../subcommands.ts";

/** `herdctl agent` */
export function agentCommand(context: Context): Command {
  const command = new Command("agent").description(
    "Adds agents from elsewhere to the fleet, and removes what it added.",
  );
  const add = subcommandsOf(command);

  add(
    "add",
    "adds an agent from a repository or a folder, after showing what it asks for",
    "add github:acme/agents/reviewer#v2",
  )
    .argument(
      "<source>",
      "owner/repo, github:owner/repo/folder#ref, address of a git repository, or ./folder",
    )
    .option("--name <name>", "name in this fleet (default: the agent's own)")
    .option("--path <path>", "folder in the source, or the agent's file")
    .option("--ref <ref>", "branch, tag, or full id of a commit")
    .option("-y, --yes", "do not ask")
    .option("--dry-run", "show what it is and asks for, and add nothing")
    .action(async (source: string, _: unknown, child: Command) =>
      addAgent(source, child.optsWithGlobals<AddOptions>(), context),
    );
  add(
    "list",
    "lists the agents that were added so, and whether their files have changed",
    "list",
  ).action(async (_: unknown, child: Command) => listInstalled(child.optsWithGlobals(), context));
  add(
    "info",
    "shows where such an agent came from, its files, and what it asks for",
    "info reviewer",
  )
    .argument("<agent>", "its name")
    .action(async (name: string, _: unknown, child: Command) =>
      showInstalled(name, child.optsWithGlobals(), context),
    );
  add(
    "remove",
    "removes such an agent, and of its files those that are as they were",
    "remove reviewer",
  )
    .argument("<agent>", "its name")
    .option("--force", "remove also files that were changed")
    .action(async (name: string, _: unknown, child: Command) =>
      removeAgent(name, child.optsWithGlobals<RemoveOptions>(), context),
    );
  return command.addHelpText(
    "after",
    examples({
      "herdctl agent add acme/agents --path reviewer --dry-run": "look first: it is code",
      "herdctl agent add ./shared/reviewer --name second": "from a folder, by another name",
      "herdctl agent remove reviewer": "what it wrote itself stays",
    }),
  );
}
