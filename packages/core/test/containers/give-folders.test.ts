import { lstatSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { giveFolders } from "../../src/runner/runtime/container/give-folders.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const ownerOf = (path: string): number => lstatSync(path).uid;

it.skipIf(process.getuid?.() !== 0)(
  "gives what is in a folder to the container's user, not what a link leads to (needs root)",
  async () => {
    const [folder, host] = [await temporaryFolder(), await temporaryFolder()];
    await mkdir(join(folder, "a", "b"), { recursive: true });
    await mkdir(join(host, "etc"));
    for (const path of [join(folder, "a", "b", "file"), join(host, "etc", "shadow")]) {
      await writeFile(path, "");
    }
    await symlink(host, join(folder, "a", "link"));
    await symlink(join(host, "etc", "shadow"), join(folder, "a", "b", "linked"));
    await giveFolders([folder, join(folder, "a", "link")], "1234:1234");
    const given = ["", "a", "a/b", "a/b/file", "a/b/linked", "a/link"];
    expect(given.map((path) => ownerOf(join(folder, path)))).toEqual(given.map(() => 1234));
    const kept = ["", "etc", "etc/shadow"];
    expect(kept.map((path) => ownerOf(join(host, path)))).toEqual(kept.map(() => 0));
  },
);
