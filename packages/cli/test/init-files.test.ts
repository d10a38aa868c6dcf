import { mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { addToFleet, ignoreState } from "../src/init/existing-files.ts";
import { writeNewFiles } from "../src/init/new-files.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "herdctl-init-"));
});

test("writes all files or none", async () => {
  await writeFile(join(dir, "b"), "mine");
  const files = ["a", "b"].map((name) => ({ path: join(dir, name), content: "new" }));
  await expect(writeNewFiles(files, dir)).rejects.toMatchObject({ code: "INVALID_STATE" });
  await expect(stat(join(dir, "a"))).rejects.toThrow("ENOENT");
  expect(await readFile(join(dir, "b"), "utf8")).toBe("mine");
});

test.each([
  ["", ".herdctl/\n.env\n"],
  ["dist/\n", "dist/\n.herdctl/\n.env\n"],
  ["/.herdctl", "/.herdctl\n.env\n"],
  [".env\n.herdctl/\n", undefined],
])("of a .gitignore %j is made %j", async (before, after) => {
  const file = join(dir, ".gitignore");
  if (before !== "") await writeFile(file, before);
  expect(await ignoreState(dir)).toBe(after !== undefined);
  expect(await readFile(file, "utf8")).toBe(after ?? before);
});

test("adds an agent to a fleet file and keeps its comments", async () => {
  const file = join(dir, "herdctl.yaml");
  await writeFile(file, "version: 1 # the first\nagents:\n  - path: agents/a.yaml\n");
  await addToFleet(file, join(dir, "agents", "b.yaml"));
  const text = await readFile(file, "utf8");
  expect(text).toContain("# the first");
  expect(text).toContain("- path: agents/b.yaml");
});
