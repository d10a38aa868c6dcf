import { lstat, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DockerProblem } from "./docker-problem.ts";

/**
 * Says which places of a workspace's repository are mounted on themselves and not to be changed, and makes
 * sure of them: what is missing, an agent could make. It may also have put links there, through which
 * Docker would mount anything of the host.
 *
 * @throws {DockerProblem} where one of them is not what it should be.
 */
export async function checkGitFolder(workspace: string): Promise<readonly string[]> {
  const git = join(workspace, ".git");
  const found = await factsOf(git);
  if (!found) return [];
  // Git in a work tree of another repository has a file there.
  if (found.isFile()) return [".git"];
  expectThat(found.isDirectory(), git);
  const other = join(git, commonFolder);
  if (await factsOf(other)) {
    throw new DockerProblem(
      `${other} has git take settings, and so commands, from another folder. Look at it, and remove it.`,
    );
  }
  const [hooks, config] = [join(git, "hooks"), join(git, "config")];
  await mkdir(hooks).catch(unlessThere);
  await writeFile(config, "", { flag: "wx" }).catch(unlessThere);
  expectThat((await lstat(hooks)).isDirectory(), hooks);
  expectThat((await lstat(config)).isFile(), config);
  return [".git/hooks", ".git/config"];
}

/** Of a work tree's own folder alone: by it git finds the repository's. */
const commonFolder = "commondir";

/**
 * Removes what would have git on the host take its hooks and settings from a folder that an agent wrote.
 * No mount could keep it from being made: git takes even an empty one for a fault. Tells whether there was one.
 */
export async function removeCommonFolder(workspace: string): Promise<boolean> {
  const git = join(workspace, ".git");
  // Through a link it would be somebody else's.
  if (!(await factsOf(git))?.isDirectory()) return false;
  const other = join(git, commonFolder);
  if (!(await factsOf(other))) return false;
  await rm(other, { recursive: true });
  return true;
}

function factsOf(path: string) {
  return lstat(path).catch(() => undefined);
}

function unlessThere(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
}

function expectThat(isAsExpected: boolean, path: string): void {
  if (isAsExpected) return;
  throw new DockerProblem(
    `${path} is a link, or no part of a repository: Docker would mount what it leads to. Look at it, and remove it.`,
  );
}
