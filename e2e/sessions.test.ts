import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inPrompt, script } from "@herdctl/testing";
import { expect, test } from "vitest";
import { herdctl, startHerdctl } from "./herdctl.ts";
import { startOnTerminal } from "./pseudo-terminal.ts";
import { shareFleet } from "./shared-fleet.ts";

const { fleet, where } = await shareFleet({
  agents: {
    writer: { permission_mode: "bypassPermissions", env: { FOR_CLAUDE: "of the agent" } },
  },
  scripts: { writer: script().text("Written.") },
});

interface Listed {
  readonly sessionId: string;
  readonly origin: string;
  readonly resumable: boolean;
}

async function sessions(...args: readonly string[]): Promise<readonly Listed[]> {
  return JSON.parse((await herdctl(["sessions", ...args, "--json"], where)).stdout).sessions;
}

async function trigger(prompt: string): Promise<string> {
  const { stdout } = await herdctl(["trigger", "writer", "-p", prompt, "--json"], where);
  return JSON.parse(stdout).sessionId;
}

/** A `claude` that notes how it was started. */
async function noting(exitCode: number): Promise<{ path: string; note: () => Promise<string> }> {
  const [path, note] = [join(fleet.dir, "noting-claude"), join(fleet.dir, "note")];
  await rm(note, { force: true });
  const text = [
    "#!/bin/sh",
    `echo "$PWD $* $FOR_CLAUDE $HERDCTL_JOB" > ${note}`,
    `exit ${exitCode}`,
  ];
  await writeFile(path, text.join("\n"));
  await chmod(path, 0o755);
  return { path, note: () => readFile(note, "utf8") };
}

test("lists sessions and shows what was said, with a daemon and without", async () => {
  const steps = script().tool("Bash", { command: "echo hello" }).text("Done.");
  const id = await trigger(`Say hello. ${inPrompt(steps)}`);
  const alone = await sessions("writer");
  expect(alone).toMatchObject([{ sessionId: id, origin: "herdctl", resumable: true }]);
  const table = await herdctl(["sessions"], where);
  expect(table.stdout).toMatch(/^SESSION .*\n\S{8} +writer .* Say hello\. .* can go on\n$/);
  const shown = await herdctl(["sessions", "show", id.slice(0, 8)], where);
  expect(shown).toMatchObject({ exitCode: 0, stderr: "" });
  expect(shown.stdout).toMatch(/^> Say hello\. .*\n→ Bash echo hello\n {4}hello\nDone\.\n$/s);

  await using daemon = startHerdctl(["start"], where);
  await daemon.shows("control socket");
  expect(await sessions("list", "writer", "--all")).toEqual(alone);
  expect((await herdctl(["sessions", "show", id], where)).stdout).toBe(shown.stdout);
  const messages = await herdctl(["sessions", "show", id, "--json"], where);
  const lines = messages.stdout.trim().split("\n");
  expect(lines.map((line) => JSON.parse(line).type)).toEqual([
    "text",
    "tool_use",
    "tool_result",
    "text",
  ]);
  daemon.kill("SIGTERM");
  expect((await daemon.done).exitCode).toBe(0);
});

test("opens a session where it belongs, and ends as claude does", async () => {
  const id = await trigger("Write.");
  const { path, note } = await noting(7);
  const env = { ...where.env, HERDCTL_CLAUDE_PATH: path, CLAUDE_CODE_SESSION_ID: "another" };
  const args = ["sessions", "resume", id.slice(0, 13)];
  await using opened = startOnTerminal(args, { ...where, env });
  expect(await opened.done).toBe(7);
  expect(opened.written).toBe("");
  expect(await note()).toBe(`${fleet.workspace("writer")} --resume ${id} of the agent \n`);
});

test("without a terminal and without anything to say, there is nobody to open it for", async () => {
  const id = await trigger("Write.");
  for (const more of [[], ["--json"]]) {
    const refused = await herdctl(["sessions", "resume", id, ...more], where);
    expect(refused.exitCode).toBe(2);
    expect(refused.stdout + refused.stderr).toContain("nobody to talk with");
  }
});

test("goes on in it with the real claude", async () => {
  const id = await trigger("Write.");
  const input = `By hand. ${inPrompt(script().text("By hand too."))}`;
  const opened = await herdctl(["sessions", "resume", id], { ...where, input });
  expect(opened.stdout).toContain("By hand too.");
  const shown = await herdctl(["sessions", "show", id], where);
  expect(shown.stdout).toMatch(/> Write\.\nWritten\.\n> By hand\. .*\nBy hand too\.\n$/);
});

test("refuses a session that a job is in, and one that there is not", async () => {
  const stalling = inPrompt(script().tool("Bash", { command: "echo on" }).stall());
  await using busy = startHerdctl(["trigger", "writer", "-p", stalling], where);
  await busy.shows("echo on");
  const [{ sessionId } = { sessionId: "" }] = await sessions();
  const { path } = await noting(0);
  const options = { ...where, env: { ...where.env, HERDCTL_CLAUDE_PATH: path } };
  const refused = await herdctl(["sessions", "resume", sessionId], options);
  expect(refused).toMatchObject({ exitCode: 4, stdout: "" });
  expect(refused.stderr).toMatch(/Session \S+ is open in process \d+\./);
  const unknown = await herdctl(["sessions", "resume", "zzz", "--json"], options);
  expect(unknown.exitCode).toBe(3);
  expect(JSON.parse(unknown.stdout)).toMatchObject({ error: { code: "SESSION_NOT_FOUND" } });
});
