import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

test.each(["@herdctl/core", "@herdctl/testing", "@herdctl/web"])(
  "%s loads by require()",
  (name) => {
    const script = `process.stdout.write(Object.keys(require(${JSON.stringify(name)})).join())`;
    const args = ["--conditions=herdctl-source", "--input-type=commonjs", "--eval", script];
    expect(execFileSync(process.execPath, args, { cwd: root, encoding: "utf8" })).not.toBe("");
  },
);

test("the command brings the Dockerfile of the image for agents", () => {
  const [ours, shipped] = ["docker/Dockerfile", "packages/cli/dist/docker/Dockerfile"].map((file) =>
    readFileSync(new URL(`../${file}`, import.meta.url), "utf8"),
  );
  expect(shipped).toBe(ours);
});

test("the lock file names no host", () => {
  const lockFile = readFileSync(new URL("../pnpm-lock.yaml", import.meta.url), "utf8");
  expect(lockFile.match(/https?:\/\/[^\s'"]+/g) ?? []).toEqual([]);
  expect(lockFile).not.toMatch(/^\s*(?:tarball|registry):/m);
});
