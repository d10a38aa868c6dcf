import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createTestFleet, script } from "../src/index.ts";

describe("a test fleet", () => {
  test("has its files, its agents and a home in one folder, gone when it is disposed", async () => {
    const fleet = await createTestFleet({
      fleet: { defaults: { max_turns: 3 } },
      agents: { writer: { model: "opus" }, reader: "name: reader\nworking_directory: /tmp\n" },
      files: { "prompts/note.md": "Write." },
    });
    const json = async (path: string): Promise<unknown> =>
      JSON.parse(await readFile(join(fleet.dir, path), "utf8"));
    expect(await json("herdctl.yaml")).toMatchObject({
      version: 1,
      defaults: { max_turns: 3 },
      agents: [{ path: "agents/writer.yaml" }, { path: "agents/reader.yaml" }],
    });
    expect(await json("agents/writer.yaml")).toEqual({
      name: "writer",
      model: "opus",
      working_directory: fleet.workspace("writer"),
    });
    expect(await readFile(join(fleet.dir, "agents/reader.yaml"), "utf8")).toMatch(/^name: reader/);
    expect(await readFile(join(fleet.dir, "prompts/note.md"), "utf8")).toBe("Write.");
    expect(fleet.env["HOME"]?.startsWith(fleet.dir)).toBe(true);
    await fleet[Symbol.asyncDispose]();
    await expect(stat(fleet.dir)).rejects.toThrow("ENOENT");
    await expect(fetch(fleet.server.url)).rejects.toThrow();
  });

  test("leaves nothing behind when a script has no meaning", async () => {
    const scripts = { writer: script().text("a").error(529) };
    await expect(createTestFleet({ agents: {}, scripts })).rejects.toThrow('script of "writer"');
  });
});
