import { spawn } from "node:child_process";
import { once } from "node:events";
import { herdctlVersion } from "../../../version.ts";
import { bundledClaude } from "../../claude-binary.ts";
import { toBuildError } from "./build-errors.ts";
import { defaultTags } from "./default-image.ts";
import { inspectImage } from "./inspect-image.ts";

/** What {@link buildImage} builds. */
export interface BuildImageOptions {
  /** Text of the Dockerfile; it has no files beside it. */
  readonly dockerfile: string;
  /** Name of the image (default: those that agents use by themselves). */
  readonly tag?: string;
  /** Default: the version that this herdctl was made for. */
  readonly claudeVersion?: string;
  readonly baseImage?: string;
  /** Network of the build, such as `host`. */
  readonly network?: string;
  readonly noCache?: boolean;
  /** Asks the registry for a newer base image. */
  readonly pull?: boolean;
  /** Environment of the `docker` command (default: the process's own). */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Ends the build. */
  readonly signal?: AbortSignal;
  /** Gets what the engine says, as it comes. */
  readonly onOutput?: (text: string) => void;
}

/** An image that was built. */
export interface BuiltImage {
  readonly id: string;
  readonly tags: readonly string[];
  /** Bytes. */
  readonly size: number;
  readonly herdctlVersion: string;
  readonly claudeVersion: string;
}

/**
 * Builds an image for agents and stamps it with the versions that it was made for.
 *
 * @throws `CONTAINER_ENGINE` when there is no engine to build it, `CONTAINER_ERROR` when it cannot be
 * built; both with what to do.
 */
export async function buildImage(options: BuildImageOptions): Promise<BuiltImage> {
  const { env = process.env, tag } = options;
  const version = herdctlVersion();
  const tags = tag === undefined ? defaultTags(version) : [tag];
  const claudeVersion = options.claudeVersion ?? (await bundledClaude()).version ?? "latest";
  await build(buildArguments({ ...options, tags, claudeVersion, version }), options);
  const facts = await inspectImage(tags[0] ?? "", { timeout: 10_000, env });
  if (!facts) throw toBuildError("The engine does not have the image that it has built.");
  const { id, size } = facts;
  return { id, tags, size, herdctlVersion: version, claudeVersion };
}

interface DecidedBuild extends BuildImageOptions {
  readonly tags: readonly string[];
  readonly claudeVersion: string;
  readonly version: string;
}

function buildArguments(options: DecidedBuild): readonly string[] {
  const { tags, claudeVersion, version, baseImage, network, noCache, pull } = options;
  return [
    "build",
    // A step that fails leaves none behind, either.
    "--force-rm",
    ...tags.map((tag) => `--tag=${tag}`),
    `--build-arg=HERDCTL_VERSION=${version}`,
    `--build-arg=CLAUDE_VERSION=${claudeVersion}`,
    ...(baseImage === undefined ? [] : [`--build-arg=BASE_IMAGE=${baseImage}`]),
    ...(network === undefined ? [] : [`--network=${network}`]),
    ...(noCache ? ["--no-cache"] : []),
    ...(pull ? ["--pull"] : []),
    "-",
  ];
}

const tailLength = 8_192;

async function build(args: readonly string[], options: BuildImageOptions): Promise<void> {
  const { dockerfile, env = process.env, signal, onOutput } = options;
  const docker = spawn("docker", args, { env: { ...env }, ...(signal && { signal }) });
  const tails = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    docker[name].setEncoding("utf8").on("data", (text: string) => {
      tails[name] = (tails[name] + text).slice(-tailLength);
      onOutput?.(text);
    });
  }
  // A client without an engine does not read; how it ends says why.
  docker.stdin.on("error", () => undefined);
  docker.stdin.end(dockerfile);
  const [exitCode] = await once(docker, "close").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw toBuildError("exec: docker: not found");
    throw error;
  });
  // What went wrong comes last, whatever was tidied up after it.
  if (exitCode !== 0) throw toBuildError(`${tails.stdout}\n${tails.stderr}`);
}
