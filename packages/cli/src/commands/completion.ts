import { Argument, Command } from "commander";
import { type Shell, shellScripts } from "../completion/shell-scripts.ts";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../global-options.ts";
import { toJson } from "../terminal/json.ts";

/** `herdctl completion` */
export function completionCommand(context: Context): Command {
  return new Command("completion")
    .description(
      "Prints what has your shell complete commands, options, and the names and ids of your fleet.",
    )
    .addArgument(new Argument("<shell>", "your shell").choices(Object.keys(shellScripts)))
    .addHelpText(
      "after",
      examples({
        "echo 'source <(herdctl completion bash)' >> ~/.bashrc": "in bash",
        "echo 'source <(herdctl completion zsh)' >> ~/.zshrc": "in zsh",
        "herdctl completion fish > ~/.config/fish/completions/herdctl.fish": "in fish",
      }),
    )
    .action((shell: Shell, _: unknown, command: Command) => {
      const { json } = command.optsWithGlobals<GlobalOptions>();
      const script = shellScripts[shell];
      context.output.write(json ? `${toJson({ shell, script }, 2)}\n` : script);
    });
}
