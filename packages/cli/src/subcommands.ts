import { nearestOf } from "@herdctl/core";
import type { Command } from "commander";

/** Adds subcommands to a command, each with one example; `standard` is what runs without a name. */
export function subcommandsOf(
  parent: Command,
  { standard }: { readonly standard?: string } = {},
): (name: string, description: string, example: string) => Command {
  if (standard !== undefined) parent.hook("preSubcommand", refuseUnknown);
  return (name, description, example) =>
    parent
      .command(name, { isDefault: name === standard })
      .description(description)
      .summary(description)
      .addHelpText("after", `\nExample:\n  $ herdctl ${parent.name()} ${example}`);
}

/** Otherwise a misspelt name would be an argument too many of the command that runs without one. */
function refuseUnknown(parent: Command, child: Command): void {
  const [word] = parent.args;
  if (word === undefined || word.startsWith("-") || word === child.name()) return;
  const near = nearestOf(
    word,
    parent.commands.map((command) => command.name()),
  );
  const question = near === undefined ? "" : `\n(Did you mean ${near}?)`;
  parent.error(`error: unknown command '${word}'${question}`);
}
