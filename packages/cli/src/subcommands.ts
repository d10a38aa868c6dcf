import type { Command } from "commander";

/** Adds subcommands to a command, each with one example; `standard` is what runs without a name. */
export function subcommandsOf(
  parent: Command,
  { standard }: { readonly standard?: string } = {},
): (name: string, description: string, example: string) => Command {
  return (name, description, example) =>
    parent
      .command(name, { isDefault: name === standard })
      .description(description)
      .summary(description)
      .addHelpText("after", `\nExample:\n  $ herdctl ${parent.name()} ${example}`);
}
