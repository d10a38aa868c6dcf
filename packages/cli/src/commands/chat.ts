import { Command } from "commander";
import { runChat, type ChatOptions } from "../chat/run-chat.ts";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";

/** `herdctl chat` */
export function chatCommand(context: Context): Command {
  return new Command("chat")
    .description(
      "Talks with an agent, a line a message, through the daemon where one runs, else in this process. " +
        "Ctrl-C ends the answer in progress; once more, /exit or the end of the input closes the " +
        "conversation.",
    )
    .argument("<agent>", "agent name")
    .option("--key <name>", "name the conversation: whoever opens it again by it goes on")
    .option("--resume <session>", "go on with this session, or the conversation of this key")
    .addHelpText(
      "after",
      examples({
        "herdctl chat reviewer": "talk with it",
        "herdctl chat reviewer --key release": "a conversation that keeps its name",
        'echo "What changed today?" | herdctl chat reviewer': "one message for each line of input",
        "herdctl chat reviewer --resume 1c2d…": "go on where a conversation or a job stopped",
      }),
    )
    .action(async (agent: string, _: unknown, command: Command) => {
      await runChat(agent, command.optsWithGlobals<ChatOptions>(), context);
    });
}
