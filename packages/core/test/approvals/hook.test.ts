import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type ApprovalFolders,
  listRequests,
  makeApprovalFolders,
  readRequest,
  writeVerdict,
} from "../../src/runner/approvals/approval-files.ts";
import { approvalSettings } from "../../src/runner/approvals/approval-settings.ts";
import { passing } from "../../src/runner/approvals/verdict.ts";

const shells = ["sh", "bash", "dash"].filter((shell) => spawnSync(shell, ["-c", ":"]).status === 0);

let dir: string;
let folders: ApprovalFolders;
let jobs = 0;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "herdctl it's a $folder-"));
});
afterAll(() => rm(dir, { recursive: true }));
beforeEach(async () => {
  folders = await makeApprovalFolders(dir, `job-${++jobs}`);
});

interface Call {
  readonly tool?: string;
  readonly input?: unknown;
  readonly more?: Readonly<Record<string, unknown>>;
  readonly id?: string;
  readonly tools?: readonly string[];
  readonly hold?: number;
  readonly attempt?: number;
  readonly shell?: string;
}

function hookOf({ tools = ["Bash"], hold = 1, attempt = 1 }: Call): {
  readonly matcher: string;
  readonly command: string;
  readonly timeout: number;
} {
  const { hooks } = approvalSettings({ tools, hold, attempt, folders });
  const [entry] = hooks?.["PreToolUse"] ?? [];
  const [hook] = entry?.hooks ?? [];
  if (hook?.type !== "command") throw new Error("no command");
  return { matcher: entry?.matcher ?? "", command: hook.command, timeout: hook.timeout ?? 0 };
}

/** What the hook says to a call: `pass`, or its decision and reason. */
async function ask(call: Call): Promise<readonly [string, string]> {
  const { tool = "Bash", input = { command: "git push" }, id = "toolu_1", more = {} } = call;
  const { matcher, command } = hookOf(call);
  if (!new RegExp(matcher).test(tool)) return ["pass", ""];
  const child = spawn(call.shell ?? "sh", ["-c", command], { stdio: "pipe" });
  const base = {
    session_id: "s",
    cwd: '/a "tool_input":{',
    ...more,
    hook_event_name: "PreToolUse",
  };
  child.stdin.on("error", () => undefined);
  child.stdin.end(JSON.stringify({ ...base, tool_name: tool, tool_input: input, tool_use_id: id }));
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  if (child.exitCode === 2) return ["refused", stderr];
  if (child.exitCode !== 0) throw new Error(`exit ${child.exitCode}: ${stderr}`);
  if (stdout === "") return ["pass", ""];
  const said = JSON.parse(stdout).hookSpecificOutput;
  return [said.permissionDecision, said.permissionDecisionReason ?? ""];
}

describe("which calls wait", () => {
  const command = (line: string) => ({ input: { command: line } });
  it.each<readonly [string, Call, boolean]>([
    ["Bash", command("ls"), true],
    ["Bash", { tool: "BashOutput", input: {} }, false],
    ["Bash(git push *)", command("git push"), true],
    ["Bash(git push *)", command("cd x && FOO=1 git push origin"), true],
    ["Bash(git push *)", command("sh -c 'git push origin'"), true],
    ["Bash(git push *)", command("git status"), false],
    ["Bash(git push *)", { ...command("ls"), more: { cwd: "/git push" } }, false],
    ["Bash(git *push*)", command("git -C app push"), true],
    ['Bash(say "it\'s" \\*)', command('say "it\'s" \\ so'), true],
    ["Bash(a[b]?)", command("xa[b]?x"), true],
    ["Bash(a[b]?)", command("xabx"), false],
    ["Bash($HOME)", command("echo $HOME"), true],
    ["Bash(line\nbreak)", command("a line\nbreak"), true],
    ["Write(src/**)", { tool: "Write", input: { file_path: "/w/src/a.ts", content: "" } }, true],
    ["Write(src/**)", { tool: "Write", input: { file_path: "/w/lib/a.ts", content: "" } }, false],
    ["mcp__git", { tool: "mcp__git__push", input: {} }, true],
    ["mcp__git", { tool: "mcp__github__push", input: {} }, false],
    ["mcp__*__push", { tool: "mcp__git__push", input: {} }, true],
    ["Task", { tool: "Agent", input: {} }, true],
    ["*", { tool: "Anything", input: {} }, true],
    ["Bash", { tool: "mcp__herdctl__ask_human", input: { question: "?" } }, true],
    ["Bash(größe)", command("ls größe"), true],
  ])("%s: %o → %s", async (pattern, call, waits) => {
    const [decision] = await ask({ ...call, tools: [pattern] });
    expect(decision).toBe(waits ? "defer" : "pass");
  });
});

describe.each(shells)("the hook in %s", (shell) => {
  it("leaves a request and puts the call off", async () => {
    expect(await ask({ shell })).toEqual(["defer", "A person decides about this call."]);
    expect(await listRequests(folders)).toEqual(["toolu_1.request"]);
    expect(await readRequest(folders, "toolu_1.request")).toEqual({
      toolUseId: "toolu_1",
      toolName: "Bash",
      input: { command: "git push" },
    });
  });

  it("gives the verdict that is there, and leaves no request", async () => {
    await writeVerdict(folders, "toolu_1", passing);
    expect(await ask({ shell })).toEqual(["allow", ""]);
    expect(await listRequests(folders)).toEqual([]);
  });

  it("waits for a verdict", async () => {
    const asked = ask({ shell, hold: 60_000 });
    await expect.poll(() => listRequests(folders)).toHaveLength(1);
    await writeVerdict(folders, "toolu_1", passing);
    expect(await asked).toEqual(["allow", ""]);
  });

  it("knows the call by its own id, whatever its input says", async () => {
    const input = { command: 'echo "tool_use_id":"toolu_evil"', tool_use_id: "toolu_evil" };
    await writeVerdict(folders, "toolu_evil", passing);
    expect(await ask({ shell, input })).toMatchObject(["defer", expect.any(String)]);
    expect(await listRequests(folders)).toEqual(["toolu_1.request"]);
  });

  it("puts off one call of an attempt, and has the others made again", async () => {
    expect((await ask({ shell }))[0]).toBe("defer");
    const [decision, reason] = await ask({ shell, id: "toolu_2" });
    expect([decision, reason]).toEqual(["deny", expect.stringContaining("Make this call again")]);
    expect(await listRequests(folders)).toEqual(["toolu_1.request"]);
    expect((await ask({ shell, id: "toolu_3", attempt: 2 }))[0]).toBe("defer");
  });

  it("refuses a subagent", async () => {
    const [decision, reason] = await ask({ shell, more: { agent_id: "a1" } });
    expect([decision, reason]).toEqual(["deny", expect.stringContaining("main conversation")]);
    const input = { command: "git push", agent_id: "mine" };
    expect((await ask({ shell, input }))[0]).toBe("defer");
  });

  it("refuses the call where nobody can be asked", async () => {
    expect(await ask({ shell, id: "../x" })).toEqual([
      "refused",
      expect.stringContaining("has no id"),
    ]);
    await rm(folders.requests, { recursive: true });
    await writeFile(folders.requests, "");
    expect(await ask({ shell, id: "toolu_4" })).toEqual([
      "refused",
      expect.stringContaining("cannot be asked"),
    ]);
  });

  it("takes an input of megabytes", async () => {
    const input = { command: `git push ${'"\\\n'.repeat(400_000)}` };
    expect((await ask({ shell, input }))[0]).toBe("defer");
    expect(await readRequest(folders, "toolu_1.request")).toMatchObject({ input });
  });
});

describe("the settings", () => {
  it("keep Claude Code from running out of time before the hook does", () => {
    expect(hookOf({ hold: 30_000 }).timeout).toBeGreaterThan(900);
    expect(hookOf({ hold: 3_650 * 86_400_000 }).timeout).toBeLessThan(2 ** 31 / 1_000);
  });

  it("keep hooks on only where calls depend on them", () => {
    const settings = (tools: readonly string[]) =>
      approvalSettings({ tools, hold: 1, attempt: 1, folders });
    expect(settings(["Bash"]).disableAllHooks).toBe(false);
    expect(settings([])).not.toHaveProperty("disableAllHooks");
  });
});

describe("a request", () => {
  it.each([
    ["no JSON", "{"],
    ["no call", "{}"],
    ["a path as its id", '{"tool_use_id":"../../x","tool_name":"Bash"}'],
  ])("that has %s is none", async (_, content) => {
    await writeFile(join(folders.requests, "x.request"), content);
    await expect(readRequest(folders, "x.request")).rejects.toThrow();
  });

  it("that is a link, a folder or a pipe is none, and nobody waits for it", async () => {
    await symlink("/etc/hostname", join(folders.requests, "link.request"));
    await mkdir(join(folders.requests, "folder.request"));
    const pipe = join(folders.requests, "pipe.request");
    expect(spawnSync("mkfifo", [pipe]).status).toBe(0);
    for (const name of readdirSync(folders.requests)) {
      await expect(readRequest(folders, name)).rejects.toThrow();
    }
    expect(existsSync(pipe)).toBe(true);
  });
});
