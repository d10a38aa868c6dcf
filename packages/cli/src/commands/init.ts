import { basename, dirname, join, relative, resolve } from "node:path";
import { Argument, Command } from "commander";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../global-options.ts";
import { type NewFile, writeNewFiles } from "../init/new-files.ts";
import { agentFile, fleetFile, schemaFile } from "../init/templates.ts";
import { addToFleet, ignoreState } from "../init/existing-files.ts";
import { toJson } from "../terminal/json.ts";
import { usageError } from "../usage-error.ts";

/** `herdctl init` */
export function initCommand(context: Context): Command {
  return new Command("init")
    .description("Writes a first fleet, or one more agent. Never overwrites a file.")
    .addArgument(
      new Argument("[what]", "what to write").choices(["fleet", "agent"]).default("fleet"),
    )
    .argument("[name]", "name of the fleet (default: the folder's) or of the agent")
    .addHelpText(
      "after",
      examples({
        "herdctl init": "a fleet with one agent, `hello`, in this folder",
        "herdctl init agent reviewer": "one more agent, in agents/reviewer.yaml",
      }),
    )
    .action(async (what: string, name: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await (what === "agent" ? initAgent : initFleet)(name, options, context);
    });
}

async function initFleet(
  name: string | undefined,
  options: GlobalOptions,
  context: Context,
): Promise<void> {
  const file = resolve(context.cwd, options.config ?? "herdctl.yaml");
  const dir = dirname(file);
  const files: readonly NewFile[] = [
    { path: file, content: fleetFile(name ?? basename(dir), ["hello"]) },
    { path: join(dir, "agents", "hello.yaml"), content: agentFile("hello") },
    { path: join(dir, "herdctl.schema.json"), content: await schemaFile() },
  ];
  await writeNewFiles(files, context.cwd);
  const ignored = await ignoreState(dir);
  report(
    { wrote: files.map(({ path }) => path), changed: ignored ? [join(dir, ".gitignore")] : [] },
    { options, context },
  );
  if (!options.json) tellNext("hello", context);
}

async function initAgent(
  name: string | undefined,
  options: GlobalOptions,
  context: Context,
): Promise<void> {
  if (name === undefined) throw usageError("Name the agent: `herdctl init agent <name>`.");
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_-]*$/.test(name)) {
    throw usageError(
      `"${name}" is not a name for an agent: letters, digits, _ and -, beginning with a letter or digit.`,
    );
  }
  const { findConfig } = await import("@herdctl/core");
  const target = await findConfig(options.config, context.cwd);
  const path = join(target.dir, target.kind === "file" ? "agents" : "", `${name}.yaml`);
  const schema = relative(dirname(path), join(target.dir, "herdctl.schema.json"));
  await writeNewFiles([{ path, content: agentFile(name, schema) }], context.cwd);
  if (target.kind === "file") await addToFleet(target.file, path);
  report(
    { wrote: [path], changed: target.kind === "file" ? [target.file] : [] },
    { options, context },
  );
  if (!options.json) tellNext(name, context);
}

interface Report {
  readonly wrote: readonly string[];
  readonly changed: readonly string[];
}

function report(
  files: Report,
  { options, context }: { readonly options: GlobalOptions; readonly context: Context },
): void {
  const { output, cwd } = context;
  if (options.json) return output.print(toJson(files, 2));
  for (const path of files.wrote) output.print(`wrote ${relative(cwd, path)}`);
  for (const path of files.changed) output.print(`changed ${relative(cwd, path)}`);
}

function tellNext(agent: string, { output }: Context): void {
  output.note("");
  output.note("Next:");
  output.note("  herdctl config validate");
  output.note(`  herdctl trigger ${agent}`);
}
