import { chmod, mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { claudeBinary } from "@herdctl/testing";
import { beforeEach, describe, expect, it } from "vitest";
import {
  bundledClaude,
  compareVersions,
  type BundledClaude,
  resolveClaudeBinary,
} from "../../src/runner/claude-binary.ts";
import { temporaryFolder } from "../temporary-folder.ts";

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

/** A `claude` that tells its version and counts how often it was asked. */
async function fakeClaude(version: string, name = "claude"): Promise<string> {
  const path = join(folder, name);
  await mkdir(folder, { recursive: true });
  await writeFile(path, `#!/bin/sh\necho x >>"${path}.asked"\necho "${version} (Claude Code)"\n`);
  await chmod(path, 0o755);
  return path;
}

const bundle = (bundled: BundledClaude) => (): Promise<BundledClaude> => Promise.resolve(bundled);
const sdk = { path: "/sdk/claude", version: "2.1.300" };
const env = (): Record<string, string> => ({ PATH: `relative:${folder}:/usr/bin:/bin` });

describe("resolveClaudeBinary", () => {
  it("takes the configured path as it is, without running it", async () => {
    const path = await fakeClaude("0.0.1", "my-claude");
    expect(await resolveClaudeBinary({ configured: path })).toEqual({ path, source: "configured" });
    await expect(readFile(`${path}.asked`)).rejects.toThrow(/ENOENT/);
  });

  it("looks a configured name up on PATH", async () => {
    const path = await fakeClaude("2.1.300", "my-claude");
    const found = await resolveClaudeBinary({ configured: "my-claude", env: env() });
    expect(found).toEqual({ path, source: "configured" });
  });

  it.each(["./missing", "missing", "/etc", "/etc/passwd"])(
    "refuses the configured %s",
    async (configured) => {
      await expect(resolveClaudeBinary({ configured, env: env() })).rejects.toMatchObject({
        code: "CLAUDE_NOT_FOUND",
        message: expect.stringContaining(configured),
      });
    },
  );

  it.each(["2.1.300", "2.1.301", "2.10.0", "3.0.0"])(
    "prefers a claude on PATH that is %s",
    async (version) => {
      const path = await fakeClaude(version);
      const found = await resolveClaudeBinary({ env: env(), bundled: bundle(sdk) });
      expect(found).toEqual({ path, version, source: "path" });
    },
  );

  it.each(["2.1.299", "2.0.999", "nonsense"])(
    "passes over a claude on PATH that is %s",
    async (version) => {
      await fakeClaude(version);
      const found = await resolveClaudeBinary({ env: env(), bundled: bundle(sdk) });
      expect(found).toEqual({ path: "/sdk/claude", version: "2.1.300", source: "sdk" });
    },
  );

  it("asks a binary for its version once, and again when it was replaced", async () => {
    const path = await fakeClaude("2.1.300");
    const ask = (): Promise<unknown> => resolveClaudeBinary({ env: env(), bundled: bundle(sdk) });
    await Promise.all([ask(), ask()]);
    await ask();
    expect(await readFile(`${path}.asked`, "utf8")).toBe("x\n");

    await utimes(path, 1, 1);
    await ask();
    expect(await readFile(`${path}.asked`, "utf8")).toBe("x\nx\n");
  });

  it("asks a binary anew that could not be asked", async () => {
    const path = join(folder, "claude");
    const failsOnce = `mkdir "${path}.asked" && exit 1\necho "2.1.300 (Claude Code)"`;
    await writeFile(path, `#!/bin/sh\n${failsOnce}\n`);
    await chmod(path, 0o755);
    const options = { env: env(), bundled: bundle(sdk) };
    expect(await resolveClaudeBinary(options)).toMatchObject(sdk);
    expect(await resolveClaudeBinary(options)).toMatchObject({ path, version: "2.1.300" });
  });

  it("takes any version that keeps secrets off the command line where the SDK names none", async () => {
    const path = await fakeClaude("2.1.261");
    const found = await resolveClaudeBinary({ env: env(), bundled: bundle({}) });
    expect(found).toEqual({ path, version: "2.1.261", source: "path" });
  });

  it("says what to install when there is none", async () => {
    await expect(
      resolveClaudeBinary({ env: { PATH: folder }, bundled: bundle({}) }),
    ).rejects.toMatchObject({
      code: "CLAUDE_NOT_FOUND",
      message: expect.stringContaining("npm install -g @anthropic-ai/claude-code"),
    });
  });

  it("names the one that is too old", async () => {
    const path = await fakeClaude("2.1.100");
    await expect(
      resolveClaudeBinary({ env: env(), bundled: bundle({ version: "2.1.300" }) }),
    ).rejects.toThrow(`${path} is 2.1.100; 2.1.300 or newer is needed`);
  });

  it("finds what the installed SDK brings", async () => {
    const bundled = await bundledClaude();
    expect(bundled.path).toBe(claudeBinary());
    expect(bundled.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(await resolveClaudeBinary({ env: { PATH: "" } })).toMatchObject({ source: "sdk" });
  });
});

describe("compareVersions", () => {
  it.each([
    ["1.2.3", "1.2.3", 0],
    ["1.2.10", "1.2.9", 1],
    ["1.10.0", "1.9.9", 1],
    ["1", "1.0.1", -1],
  ])("%s against %s", (a, b, expected) => {
    expect(Math.sign(compareVersions(a, b))).toBe(expected);
  });
});
