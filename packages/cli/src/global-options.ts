import { Option } from "commander";
import type { Context } from "./context.ts";
import { quote } from "./terminal/shell.ts";

/** Options that every command takes, before or after its name. */
export interface GlobalOptions {
  readonly config?: string;
  readonly state?: string;
  readonly url?: string;
  readonly json?: boolean;
}

/** Their definitions. */
export function globalOptions(): readonly Option[] {
  return [
    new Option(
      "-c, --config <path>",
      "fleet file, folder of agent files, or one agent file (default: herdctl.yaml here or above)",
    ),
    new Option("-s, --state <dir>", "state directory (default: .herdctl beside the fleet file)"),
    new Option(
      "--url <url>",
      "fleet on the network (default: $HERDCTL_URL); its token is $HERDCTL_TOKEN",
    ),
    new Option("--json", "print JSON, and nothing else, on standard output"),
  ];
}

/** This program with the options that lead to the same fleet, ready to paste. */
export function commandPrefix(
  { config, state, url }: GlobalOptions,
  { program }: Pick<Context, "program">,
): string {
  const words = [program];
  if (config !== undefined) words.push("-c", quote(config));
  if (state !== undefined) words.push("-s", quote(state));
  if (url !== undefined) words.push("--url", quote(url));
  return words.join(" ");
}
