import { execFile } from "node:child_process";
import { realpath, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ResolvedGate } from "../../src/config/resolved.ts";
import { askGate } from "../../src/scheduler/gates/gate.ts";
import type { GateContext, GateVerdict } from "../../src/scheduler/gates/gate-context.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const run = promisify(execFile);
let dir: string;

beforeEach(async () => {
  dir = await realpath(await temporaryFolder());
});

function ask(gate: ResolvedGate, fields: Partial<GateContext> = {}): Promise<GateVerdict> {
  return askGate(gate, {
    cwd: dir,
    env: { PATH: process.env["PATH"] ?? "", HOME: dir },
    label: "herdctl:gate-test",
    seen: undefined,
    signal: new AbortController().signal,
    ...fields,
  });
}

describe("a command gate", () => {
  const command = (text: string, timeout = 5_000): ResolvedGate => ({
    type: "command",
    command: text,
    timeout,
  });

  it("is open when the command exits with 0, closed when it exits otherwise", async () => {
    await writeFile(join(dir, "there"), "");
    expect(await ask(command("test -e there"))).toEqual({ open: true });
    expect(await ask(command("test -e not-there"))).toEqual({ open: false });
  });

  it.each([
    ["cannot be found", "no-such-command-anywhere", 5_000, /exited with 127.*not found/s],
    ["does not end in time", "sleep 60 & sleep 60", 100, /did not end in time/],
    ["is killed", "kill -KILL $$", 5_000, /SIGKILL/],
  ])("is closed, and says so, when the command %s", async (_, text, timeout, problem) => {
    const verdict = await ask(command(text, timeout));
    expect(verdict).toEqual({ open: false, problem: expect.stringMatching(problem) });
  });

  it("is closed when its folder is gone, and when herdctl stops", async () => {
    expect(await ask(command("true"), { cwd: join(dir, "gone") })).toMatchObject({
      open: false,
      problem: expect.any(String),
    });
    const stop = new AbortController();
    const asked = ask(command("sleep 60"), { signal: stop.signal });
    stop.abort();
    expect(await asked).toEqual({ open: false, problem: "herdctl stopped" });
  });
});

describe("a git gate", () => {
  async function git(...args: string[]): Promise<string> {
    const identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
    const { stdout } = await run("git", ["-C", join(dir, "repo"), ...identity, ...args]);
    return stdout.trim();
  }

  async function commit(message: string): Promise<string> {
    await git("commit", "--quiet", "--allow-empty", "-m", message);
    return git("rev-parse", "HEAD");
  }

  beforeEach(async () => {
    await run("git", ["init", "--quiet", "--initial-branch=main", join(dir, "repo")]);
  });

  it("is open when the commit is not the one that was seen", async () => {
    const gate: ResolvedGate = { type: "git", path: join(dir, "repo") };
    const first = await commit("one");
    expect(await ask(gate)).toEqual({ open: true, value: first });
    expect(await ask(gate, { seen: first })).toEqual({ open: false, value: first });
    const second = await commit("two");
    expect(await ask(gate, { seen: first })).toEqual({ open: true, value: second });
  });

  it("watches a branch, and a branch of a remote without fetching it", async () => {
    const path = join(dir, "repo");
    const first = await commit("one");
    await run("git", ["clone", "--quiet", path, join(dir, "clone")]);
    await git("branch", "feature/x");
    const second = await commit("two");
    expect(await ask({ type: "git", path, ref: "feature/x" })).toEqual({
      open: true,
      value: first,
    });
    const clone: ResolvedGate = { type: "git", path: join(dir, "clone"), ref: "origin/main" };
    expect(await ask(clone)).toEqual({ open: true, value: second });
  });

  it.each([
    ["a folder without a repository", { path: "." }],
    ["a folder that is gone", { path: "gone" }],
    ["a branch that does not exist", { path: "repo", ref: "nowhere" }],
    ["an option in place of a branch", { path: "repo", ref: "--help" }],
  ])("is closed, and says so, for %s", async (_, { path, ...ref }) => {
    await commit("one");
    const verdict = await ask({ type: "git", path: join(dir, path), ...ref });
    expect(verdict).toEqual({ open: false, problem: expect.stringMatching(/^it exited with/) });
  });
});

describe("an HTTP gate", () => {
  let server: Server;
  let answer: { readonly status: number; readonly body: string };

  beforeEach(async () => {
    answer = { status: 200, body: "one" };
    server = createServer((_, response) => {
      if (answer.status === 0) return;
      response.writeHead(answer.status).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  function gate(timeout = 5_000): ResolvedGate {
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    return { type: "http", url: `http://127.0.0.1:${port}/feed`, timeout };
  }

  it("is open when the answer is not the one that was seen", async () => {
    const first = await ask(gate());
    expect(first).toEqual({ open: true, value: expect.any(String) });
    const seen = first.value;
    expect(await ask(gate(), { seen })).toEqual({ open: false, value: seen });
    answer = { status: 200, body: "two" };
    expect(await ask(gate(), { seen })).toMatchObject({ open: true });
  });

  it("is closed, and says so, when there is no good answer", async () => {
    answer = { status: 503, body: "busy" };
    expect(await ask(gate())).toEqual({ open: false, problem: expect.stringMatching(/503$/) });
    answer = { status: 0, body: "" };
    expect(await ask(gate(50))).toEqual({ open: false, problem: expect.stringMatching(/timeout/) });
    answer = { status: 200, body: "x".repeat(17 * 1_048_576) };
    expect(await ask(gate())).toEqual({ open: false, problem: expect.stringMatching(/16 MiB/) });
    const refused = await ask({ type: "http", url: "http://127.0.0.1:1/", timeout: 1_000 });
    expect(refused).toEqual({ open: false, problem: expect.stringMatching(/./) });
  });
});
