import type { BuiltImage } from "@herdctl/core";
import { Command } from "commander";
import type { Context } from "../context.ts";
import { readDockerfile } from "../docker/dockerfile.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../global-options.ts";
import { interruptedExitCode, onStopSignal } from "../stop-signals.ts";
import { formatSize } from "../terminal/format.ts";
import { toJson } from "../terminal/json.ts";

interface BuildOptions extends GlobalOptions {
  readonly tag?: string;
  readonly claudeVersion?: string;
  readonly baseImage?: string;
  readonly network?: string;
  /** Commander's form of `--no-cache`. */
  readonly cache: boolean;
  readonly pull?: boolean;
}

/** `herdctl docker` */
export function dockerCommand(context: Context): Command {
  const command = new Command("docker").description(
    "Builds the image that agents with `docker: true` run in.",
  );
  const description = "builds the image, stamped with the versions that it was made for";
  command
    .command("build")
    .description(description)
    .summary(description)
    .option("--tag <name>", "name of the image (default: herdctl/agent, latest and by version)")
    .option("--claude-version <version>", "Claude Code in it (default: the one of this herdctl)")
    .option("--base-image <image>", "image to begin with: Debian, with Node.js and npm")
    .option("--network <network>", "network of the build, such as host")
    .option("--no-cache", "run every step anew")
    .option("--pull", "ask the registry for a newer base image")
    .addHelpText("after", "\nExample:\n  $ herdctl docker build --pull")
    .action(async (_: unknown, child: Command) => {
      await build(child.optsWithGlobals<BuildOptions>(), context);
    });
  return command.addHelpText(
    "after",
    examples({
      "herdctl docker build": "what agents take that name no image",
      "herdctl docker build --tag team/agent:2": "another name, for `docker.image`",
    }),
  );
}

async function build(options: BuildOptions, context: Context): Promise<void> {
  const { json, cache, ...wanted } = options;
  const { output, env } = context;
  const { buildImage } = await import("@herdctl/core");
  const leaving = new AbortController();
  using signals = onStopSignal(() => leaving.abort());
  try {
    const image = await buildImage({
      ...wanted,
      dockerfile: await readDockerfile(),
      noCache: !cache,
      env,
      signal: leaving.signal,
      onOutput: (text) => (json ? output.note(text.trimEnd()) : output.write(text)),
    });
    output.print(json ? toJson(image, 2) : describe(image, options));
  } catch (error) {
    if (signals.count === 0) throw error;
    context.exitCode = interruptedExitCode;
  }
}

function describe(image: BuiltImage, { tag }: BuildOptions): string {
  const { tags, size, claudeVersion } = image;
  const docker =
    tag === undefined ? "docker: true" : `docker:\n    enabled: true\n    image: ${tag}`;
  return [
    `\nBuilt ${tags.join(" and ")}: Claude Code ${claudeVersion}, ${formatSize(size)}.`,
    "Agents run in it with this in the fleet file:\n",
    `defaults:\n  ${docker}`,
  ].join("\n");
}
