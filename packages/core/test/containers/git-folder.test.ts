import { existsSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import {
  checkGitFolder,
  removeCommonFolder,
} from "../../src/runner/runtime/container/git-folder.ts";
import { temporaryFolder } from "../temporary-folder.ts";

it("holds the hooks and the settings of a repository, also those that are not there yet", async () => {
  const workspace = await temporaryFolder();
  expect(await checkGitFolder(workspace)).toEqual([]);
  await mkdir(join(workspace, ".git"));
  expect(await checkGitFolder(workspace)).toEqual([".git/hooks", ".git/config"]);
  expect(existsSync(join(workspace, ".git/hooks"))).toBe(true);
});

it("holds the file by which a work tree finds its repository", async () => {
  const workspace = await temporaryFolder();
  await writeFile(join(workspace, ".git"), "gitdir: /elsewhere\n");
  expect(await checkGitFolder(workspace)).toEqual([".git"]);
  expect(await removeCommonFolder(workspace)).toBe(false);
});

it("refuses, and removes, what has git take its settings from elsewhere", async () => {
  const workspace = await temporaryFolder();
  await mkdir(join(workspace, ".git"));
  await writeFile(join(workspace, ".git/commondir"), "evil\n");
  await expect(checkGitFolder(workspace)).rejects.toThrow(/commondir has git take.*remove it/);
  expect(await removeCommonFolder(workspace)).toBe(true);
  expect(await removeCommonFolder(workspace)).toBe(false);
  expect(await checkGitFolder(workspace)).toHaveLength(2);
});

it("removes nothing through a link", async () => {
  const workspace = await temporaryFolder();
  const other = await temporaryFolder();
  await writeFile(join(other, "commondir"), "..\n");
  await symlink(other, join(workspace, ".git"));
  expect(await removeCommonFolder(workspace)).toBe(false);
  expect(existsSync(join(other, "commondir"))).toBe(true);
});
