import { execFileSync } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { readMetadata } from "../../src/hooks/metadata.ts";
import { temporaryFolder } from "../temporary-folder.ts";

let root: string;
let workspace: string;

beforeEach(async () => {
  root = await temporaryFolder();
  workspace = join(root, "workspace");
  await mkdir(join(workspace, "out"), { recursive: true });
});

describe("the metadata file", () => {
  it("is read where the agent left a JSON object", async () => {
    await writeFile(join(workspace, "out/metadata.json"), '{"publish": true}');
    expect(await readMetadata(workspace, "out/metadata.json")).toEqual({
      value: { publish: true },
    });
  });

  it.each(["metadata.json", "missing/metadata.json"])("need not exist: %s", async (file) => {
    expect(await readMetadata(workspace, file)).toEqual({});
  });

  it.each([
    ["[1]", "no JSON object"],
    ["null", "no JSON object"],
    ["{", "cannot be read"],
    [`"${"x".repeat(262_144)}"`, "larger than"],
  ])("that holds %.20s is refused", async (content, problem) => {
    await writeFile(join(workspace, "metadata.json"), content);
    const { value, problem: found } = await readMetadata(workspace, "metadata.json");
    expect(value).toBeUndefined();
    expect(found).toContain(problem);
  });

  it("is not followed out of the workspace", async () => {
    await writeFile(join(root, "secret.json"), '{"secret": 1}');
    await symlink(join(root, "secret.json"), join(workspace, "metadata.json"));
    await symlink(root, join(workspace, "link"));
    expect((await readMetadata(workspace, "metadata.json")).value).toBeUndefined();
    const outside = await readMetadata(workspace, "link/secret.json");
    expect(outside.value).toBeUndefined();
    expect(outside.problem).toContain("outside");
  });

  it("is not waited for when it is a pipe", async () => {
    execFileSync("mkfifo", [join(workspace, "metadata.json")]);
    expect((await readMetadata(workspace, "metadata.json")).problem).toContain("no file");
  });
});
