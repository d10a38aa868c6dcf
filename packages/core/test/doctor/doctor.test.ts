import { once } from "node:events";
import { chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { type Check, type DoctorOptions, ensureAccessTokens, runDoctor } from "@herdctl/core";
import { createTestFleet, script, type TestFleet } from "@herdctl/testing";
import { afterEach, describe, expect, it, vi } from "vitest";

afterEach(() => {
  vi.unstubAllEnvs();
});

async function checksOf(
  test: TestFleet,
  options: Partial<DoctorOptions> = {},
): Promise<Readonly<Record<string, Check | undefined>>> {
  const { configPath, stateDir, env, dir: cwd } = test;
  const { checks } = await runDoctor({ configPath, stateDir, env, cwd, ...options });
  return Object.fromEntries(checks.map((check) => [check.name, check]));
}

async function everythingIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder, { recursive: true })).toSorted();
}

const oneAgent = {
  agents: { a: { default_prompt: "Do it." } },
  scripts: { a: script().text("ok") },
};

describe("runDoctor", () => {
  it("finds nothing wrong with a fleet that is well, and changes nothing", async () => {
    await using test = await createTestFleet(oneAgent);
    const before = await everythingIn(test.dir);
    const { configPath, stateDir, env } = test;
    const report = await runDoctor({ configPath, stateDir, env });
    expect(report.checks.filter(({ status }) => status !== "ok")).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.checks.map(({ name }) => name)).toEqual([
      "node",
      "configuration",
      "claude",
      "login",
      "state",
      "permissions",
      "disk",
      "workspaces",
      "fleet files",
    ]);
    expect(await everythingIn(test.dir)).toEqual(before);
  });

  it("reads the state of a fleet that has run, and changes nothing of it", async () => {
    await using test = await createTestFleet(oneAgent);
    const fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    await fleet.waitForJob(id);
    await fleet.stop();
    await fleet[Symbol.asyncDispose]();
    const before = await everythingIn(test.stateDir);
    const { state } = await checksOf(test);
    expect(state).toMatchObject({ status: "ok", message: `${test.stateDir}, no fleet runs` });
    expect(await everythingIn(test.stateDir)).toEqual(before);
  });

  it("names the process that runs the fleet", async () => {
    await using test = await createTestFleet(oneAgent);
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    expect((await checksOf(test)).state?.message).toContain(
      `process ${process.pid} runs its fleet`,
    );
  });

  it("finds tokens that others can read, and a state directory that is open to them", async () => {
    await using test = await createTestFleet(oneAgent);
    await mkdir(test.stateDir);
    ensureAccessTokens(test.stateDir);
    await chmod(test.stateDir, 0o755);
    expect((await checksOf(test)).permissions).toMatchObject({
      status: "warning",
      remedy: `chmod 700 '${test.stateDir}'`,
    });
    await chmod(test.stateDir, 0o700);
    expect((await checksOf(test)).permissions).toMatchObject({ status: "ok" });
    const tokens = join(test.stateDir, "tokens.json");
    await chmod(tokens, 0o644);
    expect((await checksOf(test)).permissions).toMatchObject({
      status: "problem",
      message: expect.stringContaining(tokens),
      remedy: expect.stringContaining(`chmod 600 '${tokens}'`),
    });
  });

  it("finds a store that is damaged", async () => {
    await using test = await createTestFleet(oneAgent);
    await mkdir(test.stateDir);
    await writeFile(join(test.stateDir, "herdctl.db"), "no database at all".repeat(100));
    const { state } = await checksOf(test);
    expect(state).toMatchObject({ status: "problem", message: expect.stringContaining("damaged") });
  });

  it("finds a state directory that cannot be made", async () => {
    await using test = await createTestFleet(oneAgent);
    const { state } = await checksOf(test, { stateDir: join(test.configPath, "state") });
    expect(state).toMatchObject({
      status: "problem",
      message: expect.stringContaining("cannot be"),
    });
  });

  it("counts the problems of a configuration, and looks at the rest", async () => {
    await using test = await createTestFleet({ agents: { a: { colour: "red", model: 3 } } });
    const { configuration, state } = await checksOf(test);
    expect(configuration).toMatchObject({
      status: "problem",
      message: "2 problems",
      remedy: expect.stringContaining("herdctl config validate"),
    });
    expect(state?.status).toBe("ok");
  });

  it("tells a configuration that was named from one that is still to be made", async () => {
    await using test = await createTestFleet(oneAgent);
    const { env, stateDir, dir } = test;
    const named = await runDoctor({ configPath: join(dir, "no.yaml"), stateDir, env, cwd: dir });
    expect(named.checks).toContainEqual(
      expect.objectContaining({ name: "configuration", status: "problem" }),
    );
    await rm(test.configPath);
    const { checks, ok } = await runDoctor({ stateDir, env, cwd: dir });
    expect(checks).toContainEqual(
      expect.objectContaining({ name: "configuration", status: "warning" }),
    );
    expect(ok).toBe(true);
  });

  it("finds agents without a folder, and agents that can change their fleet", async () => {
    await using test = await createTestFleet({
      agents: {
        lost: { working_directory: "nowhere" },
        near: { working_directory: ".." },
      },
    });
    await writeFile(join(test.dir, "herdctl.lock.json"), "{}");
    const found = await checksOf(test);
    expect(found["workspaces"]).toMatchObject({
      status: "problem",
      message: expect.stringMatching(/there is no \S+nowhere \(agent lost\)/),
    });
    expect(found["fleet files"]).toMatchObject({
      status: "warning",
      message: expect.stringMatching(/these agents can change .*herdctl\.yaml.* and 1 more: near$/),
    });
  });

  it("finds what each agent signs in with", async () => {
    await using test = await createTestFleet({
      agents: {
        keyless: {},
        helped: {},
        keyed: { env: { ANTHROPIC_AUTH_TOKEN: "sk-very-secret" } },
        // A text: it works in its own folder.
        mounted: "name: mounted\ndocker: true",
      },
      fleet: { defaults: { docker: { credentials: "mount" } } },
    });
    const { ANTHROPIC_API_KEY: _key, ANTHROPIC_AUTH_TOKEN: _token, ...env } = test.env;
    const settings = join(test.workspace("helped"), ".claude", "settings.json");
    await mkdir(join(settings, ".."));
    await writeFile(settings, JSON.stringify({ apiKeyHelper: "print-key" }));
    const home = join(test.dir, "home", ".claude");
    await mkdir(home, { recursive: true });
    const claudeAiOauth = { refreshToken: "r", expiresAt: 1, subscriptionType: "max" };
    await writeFile(join(home, ".credentials.json"), JSON.stringify({ claudeAiOauth }));
    const { configPath, stateDir } = test;
    vi.stubEnv("DOCKER_HOST", "unix:///nowhere");
    const { checks } = await runDoctor({
      configPath,
      stateDir,
      env: { ...env, CLAUDE_CONFIG_DIR: home },
    });
    const logins = checks.filter(({ name }) => name === "login");
    expect(logins.map(({ status, message }) => [status, message])).toEqual([
      ["ok", `keyless: login of ${home}/.credentials.json (max)`],
      ["ok", "helped: apiKeyHelper of Claude Code's settings"],
      ["ok", "keyed: ANTHROPIC_AUTH_TOKEN"],
      ["problem", expect.stringMatching(/^mounted: login of .* expired 1970-01-01/)],
    ]);
    expect(JSON.stringify(checks)).not.toContain("secret");
    expect(checks.find(({ name }) => name === "docker")).toMatchObject({
      status: "problem",
      message: expect.stringContaining("does not answer"),
    });
  });

  describe("the port of a fleet", () => {
    it.each([
      ["localhost", "127.0.0.1"],
      ["localhost", "::1"],
      ["127.0.0.1", "127.0.0.1"],
    ])("at %s that another program has at %s", async (host, address) => {
      const other = createServer();
      other.listen(0, address);
      await once(other, "listening");
      const { port } = other.address() as AddressInfo;
      await using test = await createTestFleet({
        ...oneAgent,
        fleet: { web: { enabled: true, host, port } },
      });
      expect((await checksOf(test))["port"]).toEqual({
        name: "port",
        status: "problem",
        message: `${host}:${port} is taken by another program`,
        remedy: expect.stringContaining("web.port"),
      });
      other.close();
      await once(other, "close");
      expect((await checksOf(test))["port"]).toMatchObject({ status: "ok" });
    });

    it("that no address of this machine can have", async () => {
      await using test = await createTestFleet({
        ...oneAgent,
        fleet: { web: { enabled: true, host: "192.0.2.1" } },
      });
      expect((await checksOf(test))["port"]).toMatchObject({
        status: "problem",
        message: "192.0.2.1:3232 is no address of this machine",
      });
    });

    it("is not looked at where none is wanted, or where the fleet runs", async () => {
      await using without = await createTestFleet(oneAgent);
      expect(await checksOf(without)).not.toHaveProperty("port");
      await using test = await createTestFleet({
        ...oneAgent,
        fleet: { web: { enabled: true } },
      });
      await using fleet = test.manager();
      await fleet.initialize();
      await fleet.start();
      expect(await checksOf(test)).not.toHaveProperty("port");
    });
  });

  it("does not wait for a program that hangs", async () => {
    await using test = await createTestFleet(oneAgent);
    const bin = join(test.dir, "bin");
    await mkdir(bin);
    for (const name of ["claude", "docker"]) {
      await writeFile(join(bin, name), "#!/bin/sh\nexec /bin/sleep 600\n");
      await chmod(join(bin, name), 0o755);
    }
    vi.stubEnv("PATH", bin);
    const found = await checksOf(test, { env: { ...test.env, PATH: bin }, docker: true });
    expect(found["docker"]).toMatchObject({
      status: "problem",
      message: expect.stringContaining("no answer within"),
    });
    expect(["ok", "warning"]).toContain(found["claude"]?.status);
  });

  it.each([
    ["is older than the SDK wants", "echo '1.0.0 (Claude Code)'", "warning", "1.0.0, "],
    ["does not tell its version", "exit 1", "problem", "does not tell its version"],
  ])("finds a claude that %s", async (_, command, status, words) => {
    await using test = await createTestFleet(oneAgent);
    const claudePath = join(test.dir, "claude");
    await writeFile(claudePath, `#!/bin/sh\n${command}\n`);
    await chmod(claudePath, 0o755);
    const { claude } = await checksOf(test, { claudePath });
    expect(claude).toMatchObject({ status, message: expect.stringContaining(words) });
  });

  it("finds a claude that was named and is not there", async () => {
    await using test = await createTestFleet(oneAgent);
    const { claude } = await checksOf(test, { claudePath: "/nowhere/claude" });
    expect(claude).toMatchObject({
      status: "problem",
      message: expect.stringContaining("/nowhere/claude does not exist"),
    });
  });
});
