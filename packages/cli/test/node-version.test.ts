import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const bin = fileURLToPath(new URL("../bin/herdctl.js", import.meta.url));

function herdctl(args: readonly string[], pretendedNode?: string): ReturnType<typeof spawnSync> {
  const preload = `Object.defineProperty(process, "versions", { value: { node: "${pretendedNode}" } })`;
  const flags = pretendedNode ? ["--import", `data:text/javascript,${preload}`] : [];
  return spawnSync(process.execPath, [...flags, bin, ...args], { encoding: "utf8" });
}

test("says which Node it needs and how to get it where Node is too old", () => {
  const { status, stderr, stdout } = herdctl(["trigger", "cook", "-p", "it's late"], "20.20.2");
  expect(status).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toContain(
    "herdctl needs Node.js 24.16 or a later 24, or 26.1 and up; this is 20.20.2.",
  );
  expect(stderr).toContain("nvm install 24");
});

test.runIf(process.platform === "linux")(
  "gives the command that runs it once with a Node from npm",
  () => {
    const { stderr } = herdctl(["trigger", "cook", "-p", "it's late"], "20.20.2");
    expect(stderr).toContain(`-- node ${bin} trigger cook -p 'it'\\''s late'`);
  },
);

test("keeps to a syntax that old Nodes parse", () => {
  const source = readFileSync(bin, "utf8");
  expect(source).not.toMatch(/\b(?:const|let|await|async|class)\b|=>|\?\.|\?\?|`/);
});

test("tells its version without loading the command line", () => {
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  expect(herdctl(["--version"]).stdout).toBe(`${JSON.parse(manifest).version}\n`);
});
