import { FleetManagerError } from "@herdctl/core";
import { Command } from "commander";
import { connectToRead, connectToWrite } from "../connect.ts";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../global-options.ts";
import { renderMemory } from "../render/memory-table.ts";
import { subcommandsOf } from "../subcommands.ts";
import { formatCount } from "../terminal/format.ts";
import { toJson } from "../terminal/json.ts";
import { usageError } from "../usage-error.ts";

interface ListOptions extends GlobalOptions {
  readonly search?: string;
}

interface ForgetOptions extends GlobalOptions {
  readonly all?: boolean;
}

type Key = string | undefined;

/** `herdctl memory` */
export function memoryCommand(context: Context): Command {
  const command = new Command("memory").description(
    "Shows what an agent remembers over its jobs, and makes it forget.",
  );
  const addOne = subcommandsOf(command);
  const add: typeof addOne = (...about) => addOne(...about).argument("<agent>", "agent name");

  add("list", "lists what an agent remembers", "list reviewer --search pull")
    .option("--search <text>", "only what has this in its key or text")
    .action(async (agent: string, _: unknown, child: Command) =>
      listMemory(agent, child.optsWithGlobals<ListOptions>(), context),
    );
  add("show", "prints one text that an agent remembers", "show reviewer last-pull")
    .argument("<key>", "its key")
    .action(async (agent: string, key: string, _: unknown, child: Command) =>
      showMemory(agent, key, { options: child.optsWithGlobals(), context }),
    );
  add("forget", "makes an agent forget one text, or all", "forget reviewer last-pull")
    .argument("[key]", "its key")
    .option("--all", "everything that it remembers")
    .action(async (agent: string, key: Key, _: unknown, child: Command) =>
      forgetMemory(agent, key, { options: child.optsWithGlobals<ForgetOptions>(), context }),
    );
  return command.addHelpText(
    "after",
    examples({
      "herdctl memory list reviewer": "what it remembers, with the beginning of each text",
      "herdctl memory forget reviewer --all": "let it begin anew",
    }),
  );
}

async function listMemory(agent: string, options: ListOptions, context: Context): Promise<void> {
  const { output } = context;
  const { json, search } = options;
  await using connected = await connectToRead(options, context);
  const memory = await connected.fleet.getMemory(agent, search === undefined ? {} : { search });
  if (json) return output.print(toJson({ memory }, 2));
  if (memory.length === 0) {
    return output.note(`${agent} remembers nothing${search === undefined ? "" : " like that"}.`);
  }
  output.print(renderMemory(memory, { output, now: Date.now() }));
}

interface Call<Options extends GlobalOptions = GlobalOptions> {
  readonly options: Options;
  readonly context: Context;
}

async function showMemory(agent: string, key: string, { options, context }: Call): Promise<void> {
  const { output } = context;
  await using connected = await connectToRead(options, context);
  const memory = await connected.fleet.getMemory(agent);
  const entry = memory.find((item) => item.key === key);
  if (!entry) throw unknownKey(agent, key);
  output.print(options.json ? toJson(entry, 2) : entry.text);
}

async function forgetMemory(
  agent: string,
  key: Key,
  { options, context }: Call<ForgetOptions>,
): Promise<void> {
  const { output } = context;
  if ((key === undefined) !== (options.all ?? false)) {
    throw usageError("Name one key, or forget everything with --all.");
  }
  await using connected = await connectToWrite(options, context);
  const forgotten = await connected.fleet.forgetMemory(agent, key);
  if (forgotten === 0 && key !== undefined) throw unknownKey(agent, key);
  if (options.json) return output.print(toJson({ forgotten }));
  const texts = formatCount(forgotten, "text");
  output.print(forgotten === 0 ? "There was nothing to forget." : `Forgot ${texts}.`);
}

function unknownKey(agentName: string, key: string): FleetManagerError {
  return new FleetManagerError(
    `${agentName} remembers nothing under "${key}": \`herdctl memory list\` tells what it does.`,
    { code: "MEMORY_NOT_FOUND", context: { agentName, key } },
  );
}
