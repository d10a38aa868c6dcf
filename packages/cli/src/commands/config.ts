import { Command } from "commander";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../global-options.ts";
import { refuseUrl } from "../place.ts";
import { formatCount } from "../terminal/format.ts";
import { toJson } from "../terminal/json.ts";

/** `herdctl config` */
export function configCommand(context: Context): Command {
  const command = new Command("config").description("Validates or shows the configuration.");
  const add = (
    name: string,
    description: string,
    run: (options: GlobalOptions, context: Context) => Promise<void>,
  ): void => {
    const child = command.command(name).description(description).summary(description);
    child
      .addHelpText("after", `\nExample:\n  $ herdctl config ${name}`)
      .action(async () => run(child.optsWithGlobals<GlobalOptions>(), context));
  };
  add("validate", "reports every problem of every file, with its place and remedy", validate);
  add("show", "prints the configuration as the fleet sees it, secrets masked", show);
  add("schema", "prints the JSON Schema of fleet and agent files, for editors", printSchema);
  return command.addHelpText(
    "after",
    examples({
      "herdctl config validate": "check before you commit",
      "herdctl config schema > herdctl.schema.json": "completion and checks in your editor",
    }),
  );
}

async function validate(options: GlobalOptions, { cwd, env, output }: Context): Promise<void> {
  refuseUrl(options);
  const { loadConfig, renderProblem } = await import("@herdctl/core");
  const config = await loadConfig(options.config, { cwd, env });
  const { agents, warnings, files, configPath } = config;
  if (options.json) return output.print(toJson({ valid: true, configPath, files, warnings }, 2));
  for (const problem of warnings) {
    output.note(`${output.style("yellow", "warning:")} ${renderProblem(problem, cwd)}`);
    output.note(`${problem.frame}\n`);
  }
  const schedules = agents.reduce((count, agent) => count + agent.schedules.length, 0);
  const found = `${formatCount(agents.length, "agent")}, ${formatCount(schedules, "schedule")}`;
  const doubts = warnings.length > 0 ? `, ${formatCount(warnings.length, "warning")}` : "";
  const from = formatCount(files.length, "file");
  output.print(`${output.style("green", "Valid:")} ${found} from ${from}${doubts}.`);
}

async function show(options: GlobalOptions, { cwd, env, output }: Context): Promise<void> {
  refuseUrl(options);
  const { loadConfig, showConfig } = await import("@herdctl/core");
  const config = await loadConfig(options.config, { cwd, env });
  output.print(toJson(showConfig(config), 2));
}

async function printSchema(_options: GlobalOptions, { output }: Context): Promise<void> {
  const { configJsonSchema } = await import("@herdctl/core");
  output.print(toJson(configJsonSchema(), 2));
}
