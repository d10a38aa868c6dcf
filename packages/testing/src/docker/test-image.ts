import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { copyHostParts, findHostParts, recipeFile } from "./host-parts.ts";

const run = promisify(execFile);

/** What {@link testImage} must have beside what every agent needs. */
export interface TestImageOptions {
  /** Programs, such as `socat`, that it has only where this machine has them. */
  readonly needs?: readonly string[];
}

/**
 * Name of an image with what an agent's tools need, and without `claude`: mount `claudeBinary()` at
 * `/usr/local/bin/claude`. Made of files of this machine, which takes seconds and no network, and kept
 * until one of them changes. `HERDCTL_TEST_IMAGE` names another one to use in its place.
 *
 * @throws Error when there is no engine, or this machine lacks `bash`, `git`, `curl` or what is needed
 */
export async function testImage({ needs = [] }: TestImageOptions = {}): Promise<string> {
  const given = process.env["HERDCTL_TEST_IMAGE"];
  if (given !== undefined && given !== "") return given;
  await requireEngine();
  const parts = await hostParts(needs);
  const image = `herdctl-test/base:${await stampOf([...parts.keys(), recipeFile])}`;
  if (await exists(image)) return image;
  await build(image, parts);
  await removeSuperseded();
  return image;
}

async function requireEngine(): Promise<void> {
  await run("docker", ["version"]).catch((error: Error) => {
    throw new Error(`These tests need Docker: ${error.message}`, { cause: error });
  });
}

const found = new Map<string, ReadonlyMap<string, string>>();

/** Found once in a process: looking starts a hundred others. */
async function hostParts(needs: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const key = needs.join(" ");
  const parts = found.get(key) ?? (await findHostParts(needs));
  found.set(key, parts);
  return parts;
}

async function stampOf(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files.toSorted()) {
    const { size, mtimeMs } = await stat(file);
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex").slice(0, 16);
}

async function exists(image: string): Promise<boolean> {
  const { stdout } = await run("docker", ["images", "--quiet", image]);
  return stdout !== "";
}

async function build(image: string, parts: ReadonlyMap<string, string>): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "herdctl-image-"));
  try {
    await copyHostParts(parts, root);
    // Private by birth; a user who is not root could start nothing in it.
    await chmod(root, 0o755);
    await importImage(root, image);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

const label = "herdctl.test-image";

/**
 * Each change of this machine, or of the recipe, leaves an image behind. One that a container uses, or
 * that a test of another clone may just have been given, stays.
 */
async function removeSuperseded(): Promise<void> {
  const filters = ["--filter", `label=${label}`, "--filter", "until=3h"];
  // Another test may be at it.
  await run("docker", ["image", "prune", "--all", "--force", ...filters]).catch(() => undefined);
}

const path = "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

async function importImage(root: string, image: string): Promise<void> {
  const tar = spawn("tar", ["--owner=0", "--group=0", "-C", root, "-c", "."], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const changes = [path, `LABEL ${label}=1`].map((change) => `--change=${change}`);
  const docker = spawn("docker", ["import", ...changes, "-", image], {
    stdio: ["pipe", "ignore", "pipe"],
  });
  let said = "";
  docker.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  // Without an engine it does not read to the end; how it exits says so.
  docker.stdin.on("error", () => undefined);
  tar.stdout.pipe(docker.stdin);
  const [code] = await once(docker, "close");
  if (code !== 0) throw new Error(`docker import failed: ${said.trim()}`);
}
