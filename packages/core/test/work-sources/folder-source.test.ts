import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { ResolvedFolderSource } from "../../src/config/resolved.ts";
import { createWorkSource } from "../../src/work-sources/registry.ts";
import type { WorkSource } from "../../src/work-sources/work-source.ts";
import { temporaryFolder } from "../temporary-folder.ts";

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

function source(more: Partial<ResolvedFolderSource> = {}): WorkSource {
  return createWorkSource({
    type: "folder",
    path: folder,
    pattern: "*",
    done: "done",
    failed: "failed",
    maxAttempts: 2,
    ...more,
  });
}

const put = (name: string, text = "Do it."): Promise<void> => writeFile(join(folder, name), text);

async function names(from: WorkSource): Promise<string[]> {
  return (await from.list()).map(({ id }) => id);
}

async function item(name: string): Promise<{ key: string; id: string }> {
  const found = (await source().list()).find(({ id }) => id === name);
  if (!found) throw new Error(`no item ${name}`);
  return found;
}

describe("a folder of tasks", () => {
  it("lists its files by name, numbers in their order, and nothing else", async () => {
    for (const name of ["10-b.md", "9-a.md", "a.txt", ".hidden.md", "B.md"]) await put(name);
    await mkdir(join(folder, "done.md"));
    await symlink("/etc/passwd", join(folder, "link.md"));
    expect(await names(source())).toEqual(["9-a.md", "10-b.md", "a.txt", "B.md"]);
    expect(await names(source({ pattern: "*.md" }))).toEqual(["9-a.md", "10-b.md", "B.md"]);
    expect(await names(source({ pattern: "*.{txt,rst}" }))).toEqual(["a.txt"]);
  });

  it("gives an item one key, however its folder is written", async () => {
    await put("a.md");
    const link = `${folder}-link`;
    await symlink(folder, link);
    const [direct] = await source().list();
    const [linked] = await source({ path: link }).list();
    await rm(link);
    expect(linked).toEqual(direct);
  });

  it("says what to do when it is missing", async () => {
    await expect(source({ path: join(folder, "missing") }).list()).rejects.toMatchObject({
      code: "WORKING_DIRECTORY",
      message: expect.stringContaining("work_source.path"),
    });
  });

  it.each([
    ["# Fix the login\n\nIt fails.", "Fix the login"],
    ["It fails.", "task"],
  ])("reads an item: %s", async (text, title) => {
    await put("task.md", text);
    expect(await source().claim(await item("task.md"))).toEqual({
      source: "folder",
      id: "task.md",
      title,
      text,
      location: join(folder, "task.md"),
    });
  });

  it("reads the start of a long item", async () => {
    await put("task.md", "x".repeat(100_000));
    const claimed = await source().claim(await item("task.md"));
    expect(claimed?.text).toHaveLength(65_536 + "\n\n[The rest is in the file.]".length);
  });

  it("has no item that somebody took away", async () => {
    await put("task.md");
    const task = await item("task.md");
    await rm(join(folder, "task.md"));
    expect(await source().claim(task)).toBeUndefined();
  });

  it("moves what is done, as often as it is told to", async () => {
    await put("a.md", "first");
    const job = { id: "job-1", failures: 0 };
    await source().complete("a.md", job);
    await source().complete("a.md", job);
    await put("a.md", "second");
    await source().complete("a.md", { id: "job-2", failures: 0 });
    expect((await readdir(join(folder, "done"))).toSorted()).toEqual(["a.job-2.md", "a.md"]);
    expect(await readFile(join(folder, "done/a.md"), "utf8")).toBe("first");
    expect(await names(source())).toEqual([]);
  });

  it("keeps what failed until it has failed too often", async () => {
    await put("a.md");
    expect(await source().release("a.md", { id: "job-1", failures: 1 })).toBe(true);
    expect(await names(source())).toEqual(["a.md"]);
    expect(await source().release("a.md", { id: "job-2", failures: 2 })).toBe(false);
    expect(await readdir(join(folder, "failed"))).toEqual(["a.md"]);
  });
});

describe("a work source of a kind that is not active yet", () => {
  it("is refused by name", () => {
    expect(() => createWorkSource({ type: "github" })).toThrow(
      expect.objectContaining({ code: "FEATURE_NOT_ACTIVE" }),
    );
  });
});
