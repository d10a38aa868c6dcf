import { Command } from "commander";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../global-options.ts";
import { findState } from "../place.ts";
import { renderChecks } from "../render/checks.ts";
import { toJson } from "../terminal/json.ts";

interface DoctorOptions extends GlobalOptions {
  readonly docker?: boolean;
}

/** `herdctl doctor` */
export function doctorCommand(context: Context): Command {
  return new Command("doctor")
    .description(
      "Looks for what would keep the fleet from running as it should, and says what to do about it. Changes nothing.",
    )
    .option("--docker", "look at Docker also where no agent needs it")
    .addHelpText(
      "after",
      examples({
        "herdctl doctor": "this machine, this user, this fleet",
        "herdctl doctor --docker": "whether agents could run in containers",
      }),
    )
    .action(async (_: unknown, command: Command) => {
      await examine(command.optsWithGlobals<DoctorOptions>(), context);
    });
}

async function examine(options: DoctorOptions, context: Context): Promise<void> {
  const { output, cwd, env } = context;
  const { config, docker } = options;
  const { runDoctor } = await import("@herdctl/core");
  // Where the configuration cannot be found, the report says so.
  const { stateDir } = await findState(options, context).catch(() =>
    findState({ state: ".herdctl", ...options }, context),
  );
  const claudePath = env["HERDCTL_CLAUDE_PATH"];
  const report = await runDoctor({
    stateDir,
    cwd,
    env,
    ...(config !== undefined && { configPath: config }),
    ...(docker && { docker }),
    ...(claudePath && { claudePath }),
  });
  output.print(options.json ? toJson(report, 2) : renderChecks(report.checks, output));
  if (!report.ok) context.exitCode = 1;
}
