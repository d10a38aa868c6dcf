import { lstat, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DockerProblem } from "./docker-problem.ts";

/**
 * Tells whether a workspace has a `.git` folder, and makes sure of the places in it that are mounted on
 * themselves: what is missing, an agent could make. It may also have put links there, through which
 * Docker would mount anything of the host.
 *
 * @throws {DockerProblem} where one of them is not what it should be.
 */
export async function checkGitFolder(workspace: string): Promise<boolean> {
  const git = join(workspace, ".git");
  const found = await lstat(git).catch(() => undefined);
  // Git in a work tree of another repository has a file there.
  if (!found || found.isFile()) return false;
  expectThat(found.isDirectory(), git);
  const [hooks, config] = [join(git, "hooks"), join(git, "config")];
  await mkdir(hooks).catch(unlessThere);
  await writeFile(config, "", { flag: "wx" }).catch(unlessThere);
  expectThat((await lstat(hooks)).isDirectory(), hooks);
  expectThat((await lstat(config)).isFile(), config);
  return true;
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
