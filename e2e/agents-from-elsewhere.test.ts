import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createTestFleet, inPrompt, script } from "@herdctl/testing";
import { expect, onTestFinished, test } from "vitest";
import {
  type CommandOptions,
  eventually,
  herdctl,
  processesWith,
  startHerdctl,
} from "./herdctl.ts";
import { startOnTerminal } from "./pseudo-terminal.ts";

const guest = `name: guest
description: Greets.
default_prompt: ${JSON.stringify(inPrompt(script().text("Hello from elsewhere.")))}
hooks:
  after_run: [{ type: shell, command: "true" }]
`;

/** A repository with an agent in it. */
async function createRepository(): Promise<{
  readonly url: string;
  readonly commit: string;
  /** Makes it another one. */
  change(): Promise<void>;
}> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), "herdctl-source-")));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const git = async (...args: readonly string[]): Promise<string> => {
    const who = ["-c", "user.name=ann", "-c", "user.email=ann@example.com"];
    const { stdout } = await promisify(execFile)("git", ["-C", dir, ...who, ...args]);
    return stdout.trim();
  };
  await git("init", "--quiet");
  await writeFile(join(dir, "guest.yaml"), guest);
  await git("add", ".");
  await git("commit", "--quiet", "--message", "Guest");
  return {
    url: `file://${dir}`,
    commit: await git("rev-parse", "HEAD"),
    async change() {
      await writeFile(join(dir, "guest.yaml"), `${guest}permission_mode: bypassPermissions\n`);
      await git("commit", "--quiet", "--all", "--message", "Change");
    },
  };
}

async function json(args: readonly string[], where: CommandOptions): Promise<unknown> {
  const { stdout, stderr, exitCode } = await herdctl([...args, "--json"], where);
  expect({ args, stderr, exitCode }).toEqual({ args, stderr: "", exitCode: 0 });
  return JSON.parse(stdout);
}

test("an agent from elsewhere is shown, added to the running fleet, run and removed", async () => {
  const { url, commit } = await createRepository();
  await using fleet = await createTestFleet({ agents: { own: {} } });
  const where = { cwd: fleet.dir, env: fleet.env };
  await using daemon = startHerdctl(["start"], where);
  await daemon.shows("control socket");
  const before = await readFile(fleet.configPath, "utf8");

  const unasked = await herdctl(["agent", "add", url], where);
  expect(unasked).toMatchObject({ exitCode: 2, stdout: "" });
  expect(unasked.stderr).toContain("--dry-run");
  expect(await json(["agent", "add", url, "--dry-run"], where)).toMatchObject({
    name: "guest",
    commit,
    files: [{ path: "guest.yaml", size: guest.length, executable: false }],
    demands: expect.arrayContaining([{ kind: "commands", text: "after a job runs: true" }]),
    added: false,
  });

  {
    await using terminal = startOnTerminal(["agent", "add", url], where);
    await terminal.shows("Add it to the fleet? [y/N]");
    expect(terminal.written).toContain("after a job runs: true");
    terminal.type("n\r");
    expect(await terminal.done).toBe(1);
  }
  expect(await readFile(fleet.configPath, "utf8")).toBe(before);

  {
    await using terminal = startOnTerminal(["agent", "add", url], where);
    await terminal.shows("Add it to the fleet? [y/N]");
    terminal.type("y\r");
    expect(await terminal.done).toBe(0);
    expect(terminal.written).toContain("The running fleet has it.");
  }
  await daemon.shows("reloaded");
  const ran = await herdctl(["trigger", "guest"], where);
  expect(ran).toMatchObject({ exitCode: 0 });
  expect(ran.stdout).toContain("Hello from elsewhere.");

  expect(await herdctl(["agent", "add", url, "--yes"], where)).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining("herdctl agent remove guest"),
  });
  expect(await json(["agent", "list"], where)).toMatchObject({
    agents: [{ name: "guest", commit, files: { "guest.yaml": "unchanged" } }],
  });
  const info = await herdctl(["agent", "info", "guest"], where);
  expect(info.stdout).toContain(commit);

  const stalling = inPrompt(script().text("Wait").stall());
  await herdctl(["trigger", "guest", "--detach", "-p", stalling], where);
  expect(await herdctl(["agent", "remove", "guest"], where)).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining("herdctl cancel --all --agent guest"),
  });
  await json(["cancel", "--all", "--agent", "guest"], where);
  expect(await json(["agent", "remove", "guest"], where)).toEqual({
    name: "guest",
    folder: "agents/guest",
    removed: ["guest.yaml"],
    kept: [],
  });
  expect(await readFile(fleet.configPath, "utf8")).not.toContain("guest");
  expect(await json(["agents"], where)).toMatchObject({ agents: [{ name: "own" }] });
});

test("what the running fleet cannot take up is not added", async () => {
  const { url } = await createRepository();
  await using fleet = await createTestFleet({ agents: { own: {} } });
  const where = { cwd: fleet.dir, env: fleet.env };
  await using daemon = startHerdctl(["start"], where);
  await daemon.shows("control socket");
  await writeFile(join(fleet.dir, "agents/own.yaml"), "name: own\ndescription: ${ONLY_MINE}\n");
  const before = await readFile(fleet.configPath, "utf8");
  const mine = { ...where, env: { ...fleet.env, ONLY_MINE: "x" } };
  const refused = await herdctl(["agent", "add", url, "--yes", "--json"], mine);
  expect(refused.exitCode).toBe(2);
  expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: "CONFIGURATION_ERROR" } });
  expect(await readFile(fleet.configPath, "utf8")).toBe(before);
  expect(await json(["agent", "list"], mine)).toEqual({ agents: [] });
});

test("what has changed since it was shown is not added", async () => {
  const repository = await createRepository();
  await using fleet = await createTestFleet({ agents: { own: {} } });
  const where = { cwd: fleet.dir, env: fleet.env };
  const before = await readFile(fleet.configPath, "utf8");
  await using terminal = startOnTerminal(["agent", "add", repository.url], where);
  await terminal.shows("Add it to the fleet? [y/N]");
  await repository.change();
  terminal.type("y\r");
  expect(await terminal.done).toBe(4);
  await terminal.shows("not what was looked at");
  expect(await readFile(fleet.configPath, "utf8")).toBe(before);
});

test("a fleet on the network adds what its own machine can reach", async () => {
  const { url: source, commit } = await createRepository();
  await using fleet = await createTestFleet({ agents: { own: {} } });
  const beside = { cwd: fleet.dir, env: fleet.env };
  await using daemon = startHerdctl(["start", "--web", "--port", "0"], beside);
  const served = /HTTP API (http:\/\/\S+:\d+)/;
  await daemon.shows(served);
  const url = served.exec(daemon.stdout)?.[1] ?? "";
  const tokenOf = async (...options: readonly string[]): Promise<string> =>
    (await herdctl(["token", "show", ...options], beside)).stdout.trim();
  const withToken = (token: string): CommandOptions => ({
    cwd: "/",
    env: { ...fleet.env, HERDCTL_URL: url, HERDCTL_TOKEN: token },
  });
  const elsewhere = withToken(await tokenOf());

  for (const folder of ["./shared", "~/shared"]) {
    const refused = await herdctl(["agent", "add", folder, "--yes"], elsewhere);
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain("on another machine");
  }
  expect(await json(["agent", "add", source, "--yes"], elsewhere)).toMatchObject({
    name: "guest",
    commit,
    added: true,
  });
  const readOnly = withToken(await tokenOf("--read-only"));
  expect(await json(["agent", "list"], readOnly)).toMatchObject({ agents: [{ name: "guest" }] });
  expect(await json(["agent", "info", "guest"], readOnly)).toMatchObject({ commit });
  for (const args of [
    ["agent", "add", source, "--dry-run"],
    ["agent", "remove", "guest"],
  ]) {
    expect(await herdctl(args, readOnly)).toMatchObject({ exitCode: 4, stdout: "" });
  }
  await json(["agent", "remove", "guest"], elsewhere);
  expect(await json(["audit", "--agent", "guest"], elsewhere)).toMatchObject({
    entries: [
      { operation: "removeAgent", actor: { via: "bearer", access: "full" }, outcome: "ok" },
      { operation: "removeAgent", actor: { access: "read-only" }, outcome: "FORBIDDEN" },
      { operation: "addAgent", actor: { via: "bearer" }, source },
    ],
  });
});

test("a folder starts from the terminal's folder, with a daemon and without one", async () => {
  await using fleet = await createTestFleet({ agents: { own: {} } });
  const away = await realpath(await mkdtemp(join(tmpdir(), "herdctl-away-")));
  onTestFinished(() => rm(away, { recursive: true, force: true }));
  await writeFile(join(away, "guest.yaml"), guest);
  const where = { cwd: away, env: fleet.env };
  const add = ["agent", "add", "./guest.yaml", "--yes", "-c", fleet.configPath];
  const source = { type: "folder", folder: away, inside: "guest.yaml" };
  expect(await json(add, where)).toMatchObject({ source, added: true });
  await json(["agent", "remove", "guest", "-c", fleet.configPath], where);
  await using daemon = startHerdctl(["start"], { cwd: fleet.dir, env: fleet.env });
  await daemon.shows("control socket");
  expect(await json(add, where)).toMatchObject({ source, added: true });
});

test("an agent that broke the fleet is found and removed, and both are on record", async () => {
  const { url: source } = await createRepository();
  await using fleet = await createTestFleet({ agents: { own: {} } });
  const where = { cwd: fleet.dir, env: fleet.env };
  await json(["agent", "add", source, "--yes"], where);
  await writeFile(join(fleet.dir, "agents/guest/guest.yaml"), "name: guest\nnonsense: true\n");
  expect(await herdctl(["agents"], where)).toMatchObject({ exitCode: 2 });
  expect(await json(["agent", "list"], where)).toMatchObject({
    agents: [{ name: "guest", files: { "guest.yaml": "changed" } }],
  });
  expect(await json(["agent", "remove", "guest"], where)).toMatchObject({ kept: ["guest.yaml"] });
  expect(await json(["audit"], where)).toMatchObject({
    entries: [
      { operation: "removeAgent", agentName: "guest", outcome: "ok", actor: { via: "process" } },
      { operation: "addAgent", agentName: "guest", outcome: "ok", source },
    ],
  });
});

/** A git that fetches once, and hangs when it is to fetch again; resolves with the PATH that leads to it. */
async function createTiredGit(): Promise<{ readonly path: string; readonly tired: string }> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), "herdctl-git-")));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const [first, tired, path = ""] = [join(dir, "first"), join(dir, "tired"), process.env["PATH"]];
  const text = `#!/bin/sh
PATH='${path}'
case " $* " in *" fetch "*)
  [ -e '${first}' ] && { : > '${tired}'; exec sleep 600; }
  : > '${first}' ;;
esac
exec git "$@"
`;
  await writeFile(join(dir, "git"), text, { mode: 0o755 });
  return { path: `${dir}:${path}`, tired };
}

test.each([true, false])(
  "Ctrl-C ends an addition that still fetches (with a daemon: %s)",
  async (withDaemon) => {
    const { url } = await createRepository();
    const { path, tired } = await createTiredGit();
    await using fleet = await createTestFleet({ agents: { own: {} } });
    const where = { cwd: fleet.dir, env: { ...fleet.env, PATH: path } };
    await using daemon = withDaemon ? startHerdctl(["start"], where) : undefined;
    await daemon?.shows("control socket");
    await using adding = startHerdctl(["agent", "add", url, "--yes"], where);
    await eventually(() => existsSync(tired) || undefined);
    adding.kill("SIGINT");
    const { exitCode, stderr } = await adding.done;
    expect(exitCode).toBe(130);
    expect(stderr).toMatch(withDaemon ? /^Whether it was added:\n {2}.* agent list\n$/ : /^$/);
    const isOver = async (): Promise<true | undefined> => {
      const { entries } = (await json(["audit", "--operation", "addAgent"], where)) as {
        readonly entries: readonly { readonly outcome?: string }[];
      };
      return entries[0]?.outcome === undefined ? undefined : true;
    };
    await eventually(isOver);
    expect(await json(["agent", "list"], where)).toEqual({ agents: [] });
    expect(processesWith(fleet.dir).filter((pid) => pid !== daemon?.pid)).toEqual([]);
  },
);

test.each([true, false])(
  "Ctrl-C ends a fetch, and nothing has changed (with a daemon: %s)",
  async (withDaemon) => {
    await using fleet = await createTestFleet({ agents: { own: {} } });
    const where = { cwd: fleet.dir, env: fleet.env };
    await using daemon = withDaemon ? startHerdctl(["start"], where) : undefined;
    await daemon?.shows("control socket");
    const asked = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    // A forge that never answers.
    const forge = createServer((request) => {
      asked.resolve();
      request.socket.once("close", () => left.resolve());
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void forge.close());
    await once(forge, "listening");
    const { port } = forge.address() as AddressInfo;
    const source = `http://127.0.0.1:${port}/a.git`;
    await using adding = startHerdctl(["agent", "add", source, "--yes"], where);
    await asked.promise;
    adding.kill("SIGINT");
    expect(await adding.done).toEqual({ exitCode: 130, stdout: "", stderr: "" });
    await left.promise;
    expect(await json(["agent", "list"], where)).toEqual({ agents: [] });
  },
);
