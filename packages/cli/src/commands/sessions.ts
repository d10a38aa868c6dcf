import { Command } from "commander";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import { listSessions } from "../sessions/list.ts";
import { openSession } from "../sessions/open.ts";
import { showSession } from "../sessions/show.ts";

const sessionId = "session id, or a unique start of it";

/** `herdctl sessions` */
export function sessionsCommand(context: Context): Command {
  const command = new Command("sessions").description(
    "Lists the conversations of the agents, shows what was said, and opens one by hand.",
  );
  const add = (
    name: string,
    description: string,
    options?: { readonly isDefault: true },
  ): Command => command.command(name, options).description(description).summary(description);

  add("list", "lists sessions, last used first, those started by hand included", {
    isDefault: true,
  })
    .argument("[agent]", "agent name (default: all)")
    .option("--all", "all there are, not only the 50 last used")
    .addHelpText("after", "\nExample:\n  $ herdctl sessions list reviewer --all")
    .action(async (agentName: string | undefined, _: unknown, child: Command) =>
      listSessions(agentName, child.optsWithGlobals(), context),
    );
  add("show", "shows what was said in a session")
    .argument("<session>", sessionId)
    .addHelpText("after", "\nExample:\n  $ herdctl sessions show 5f0c | less -R")
    .action(async (id: string, _: unknown, child: Command) =>
      showSession(id, child.optsWithGlobals(), context),
    );
  add("resume", "opens a session in claude, in its folder and with its agent's environment")
    .argument("<session>", sessionId)
    .addHelpText("after", "\nExample:\n  $ herdctl sessions resume 5f0c")
    .action(async (id: string, _: unknown, child: Command) =>
      openSession(id, child.optsWithGlobals(), context),
    );
  return command.addHelpText(
    "after",
    examples({
      "herdctl sessions reviewer": "what this agent has talked about, and what can go on",
      "herdctl sessions show 5f0c": "what was said, tool calls included",
      "herdctl sessions resume 5f0c": "take over by hand; no job enters it meanwhile",
    }),
  );
}
