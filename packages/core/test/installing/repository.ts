import { execFile } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { temporaryFolder } from "../temporary-folder.ts";

const run = promisify(execFile);

/** Environment of a git without the settings of whoever runs the tests. */
export const gitEnv: Readonly<Record<string, string>> = {
  PATH: process.env["PATH"] ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "ann",
  GIT_AUTHOR_EMAIL: "ann@example.com",
  GIT_COMMITTER_NAME: "ann",
  GIT_COMMITTER_EMAIL: "ann@example.com",
};

/** A repository on disk with a work tree. */
export interface Repository {
  readonly dir: string;
  readonly url: string;
  git(...args: readonly string[]): Promise<string>;
  /** Commits these files, executable where the name of a script says so; resolves with the commit's id. */
  commit(files: Readonly<Record<string, string>>): Promise<string>;
}

/** Makes a repository whose first commit has these files. */
export async function createRepository(
  files: Readonly<Record<string, string>>,
  dir?: string,
): Promise<Repository> {
  const home = dir ?? (await temporaryFolder());
  await mkdir(home, { recursive: true });
  const git = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run("git", ["-c", "protocol.file.allow=always", ...args], {
      cwd: home,
      env: gitEnv,
    });
    return stdout.trim();
  };
  const repository: Repository = {
    dir: home,
    url: `file://${home}`,
    git,
    async commit(changed) {
      await writeFiles(home, changed);
      await git("add", "--all", "--force");
      await git("commit", "--quiet", "--allow-empty", "--message", "Change");
      return git("rev-parse", "HEAD");
    },
  };
  await git("init", "--quiet", "--initial-branch=main");
  await repository.commit(files);
  return repository;
}

/** Writes files by path in a folder; scripts are executable. */
export async function writeFiles(
  dir: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
    if (path.endsWith(".sh")) await chmod(join(dir, path), 0o755);
  }
}
