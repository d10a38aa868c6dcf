import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { testImage } from "@herdctl/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { herdctl } from "./herdctl.ts";

const noEngine =
  process.env["CI"] !== "true" &&
  spawnSync("docker", ["version"], { stdio: "ignore" }).status !== 0;

/** Stands for the registries of Debian and npm: what is asked for is there at once. */
const packageManagers = {
  "apt-get": "#!/bin/sh\nexit 0\n",
  npm: `#!/bin/sh
case "$1 $3" in
  *@9.9.9) echo "npm error notarget No matching version found for $3." >&2; exit 1 ;;
  install*)
    printf '#!/bin/sh\\necho "%s (Claude Code)"\\n' "\${3##*@}" >/usr/local/bin/claude
    chmod +x /usr/local/bin/claude ;;
esac
`,
};

describe.skipIf(noEngine)("herdctl docker build", () => {
  let dir: string;
  let base: string;
  const env = { PATH: process.env["PATH"] ?? "", HOME: tmpdir() };
  const docker = (...args: readonly string[]): string =>
    execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "herdctl-build-"));
    base = `herdctl-test/build:${basename(dir).toLowerCase()}`;
    for (const [name, text] of Object.entries(packageManagers)) {
      await writeFile(join(dir, name), text, { mode: 0o755 });
    }
    const from = `FROM ${await testImage()}\nCOPY apt-get npm /usr/bin/\n`;
    await writeFile(join(dir, "Dockerfile"), from);
    docker("build", "--tag", base, dir);
  });

  afterAll(async () => {
    docker("rmi", "--force", ...[base, `${base}-made`].filter((name) => isThere(name)));
    // What the second build took the name from.
    docker("image", "prune", "--force", "--filter", "label=herdctl.claude-version=2.1.300");
    await rm(dir, { recursive: true });
  });

  const isThere = (image: string): boolean => docker("images", "--quiet", image) !== "";

  test("makes an image that is stamped and has Claude Code, and says what to write", async () => {
    const tag = `${base}-made`;
    const args = ["docker", "build", "--base-image", base, "--tag", tag];
    const built = await herdctl([...args, "--claude-version", "2.1.300"], { cwd: dir, env });
    expect(built).toMatchObject({ exitCode: 0, stderr: "" });
    expect(built.stdout).toMatch(
      /FROM .*Built herdctl-test\/build:\S+-made: Claude Code 2\.1\.300/s,
    );
    expect(built.stdout).toContain(`image: ${tag}\n`);
    const labels = docker("inspect", "--format", "{{json .Config.Labels}}", tag);
    const { stdout: version } = await herdctl(["--version"], { cwd: dir, env });
    expect(JSON.parse(labels)).toMatchObject({
      "herdctl.version": version.trim(),
      "herdctl.claude-version": "2.1.300",
    });

    const json = await herdctl([...args, "--no-cache", "--json"], { cwd: dir, env });
    expect(json.exitCode).toBe(0);
    // What the Agent SDK of this herdctl was made for.
    expect(JSON.parse(json.stdout)).toMatchObject({
      tags: [tag],
      claudeVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      herdctlVersion: version.trim(),
    });
    expect(json.stderr).toContain("FROM");
  });

  test("tells what to do where it cannot be built", async () => {
    const args = ["docker", "build", "--base-image", base, "--claude-version", "9.9.9"];
    const noVersion = await herdctl(args, { cwd: dir, env });
    expect(noVersion.exitCode).toBe(1);
    expect(noVersion.stderr).toMatch(/There is no Claude Code 9\.9\.9\. Choose/);

    const elsewhere = { ...env, DOCKER_HOST: "unix:///nowhere/docker.sock" };
    const noEngineThere = await herdctl([...args, "--json"], { cwd: dir, env: elsewhere });
    expect(noEngineThere.exitCode).toBe(1);
    expect(JSON.parse(noEngineThere.stdout)).toMatchObject({ error: { code: "CONTAINER_ENGINE" } });

    const noClient = await herdctl(args, { cwd: dir, env: { ...env, PATH: "/nowhere" } });
    expect(noClient.exitCode).toBe(1);
    expect(noClient.stderr).toContain("There is no `docker` command.");
  });
});
