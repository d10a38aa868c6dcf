import { execFile } from "node:child_process";
import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createTestFleet, inPrompt, script } from "@herdctl/testing";
import { expect, onTestFinished, test } from "vitest";
import { type CommandOptions, herdctl, startHerdctl } from "./herdctl.ts";
import { startOnTerminal } from "./pseudo-terminal.ts";

const guest = `name: guest
description: Greets.
default_prompt: ${JSON.stringify(inPrompt(script().text("Hello from elsewhere.")))}
hooks:
  after_run: [{ type: shell, command: "true" }]
`;

/** A repository with an agent in a folder. */
async function createRepository(): Promise<{ readonly url: string; readonly commit: string }> {
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
  return { url: `file://${dir}`, commit: await git("rev-parse", "HEAD") };
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
