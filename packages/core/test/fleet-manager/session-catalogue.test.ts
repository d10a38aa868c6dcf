import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { claudeBinary, createTestFleet, inPrompt, script, type TestFleet } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { projectFolderName } from "../../src/claude-home.ts";
import type { FleetManager } from "../../src/fleet-manager/fleet-manager.ts";
import type { SessionMessage } from "../../src/sessions/transcript-line.ts";
import { said, write } from "../sessions/transcript.ts";

/** Starts a session in an agent's folder without herdctl. */
async function startByHand(test: TestFleet, prompt: string): Promise<void> {
  const child = spawn(claudeBinary(), ["-p", prompt], {
    cwd: test.workspace("a"),
    env: test.env,
    stdio: "ignore",
  });
  expect(await once(child, "exit")).toEqual([0, null]);
}

async function run(fleet: FleetManager, agentName: string, prompt: string): Promise<string> {
  const { id } = await fleet.trigger(agentName, undefined, { promptOverride: prompt });
  const { sessionId } = await fleet.waitForJob(id);
  if (sessionId === undefined) throw new Error("the job has no session");
  return sessionId;
}

function projectFolder(test: TestFleet, folder: string): string {
  return join(test.dir, "home/.claude/projects", projectFolderName(folder));
}

describe("the catalogue of sessions", () => {
  it("has those of jobs and those that a person started, last used first", async () => {
    await using test = await createTestFleet({
      agents: { a: {}, b: {} },
      scripts: { a: script().text("done"), b: script().text("done") },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const ofA = await run(fleet, "a", "Write\n it.");
    const ofB = await run(fleet, "b", "Read it.");
    await startByHand(test, `By hand. ${inPrompt(script().text("hi"))}`);
    const sessions = await fleet.getSessions();
    expect(sessions).toMatchObject([
      { agentName: "a", origin: "other", resumable: true, workingDirectory: test.workspace("a") },
      {
        sessionId: ofB,
        agentName: "b",
        origin: "herdctl",
        runtime: "sdk",
        firstPrompt: "Read it.",
      },
      { sessionId: ofA, agentName: "a", origin: "herdctl", firstPrompt: "Write it." },
    ]);
    expect(sessions[0]?.firstPrompt).toMatch(/^By hand\. /);
    expect(sessions[0]).not.toHaveProperty("jobId");
    expect(sessions[2]?.scope).toBe(`job:${sessions[2]?.jobId}`);
    for (const session of sessions) {
      expect(session.bytes).toBeGreaterThan(1_000);
      expect(session.createdAt?.getTime()).toBeLessThanOrEqual(session.lastUsedAt.getTime());
    }
    expect(await fleet.getSessions({ agentName: "b" })).toEqual([sessions[1]]);
    await expect(fleet.getSessions({ agentName: "c" })).rejects.toMatchObject({
      code: "AGENT_NOT_FOUND",
    });
  });

  it("has the session of a job that runs, and the process that is in it", async () => {
    await using test = await createTestFleet({ agents: { a: {} } });
    await using fleet = test.manager();
    await fleet.initialize();
    const output = once(fleet, "job:output");
    const { id } = await fleet.trigger("a", undefined, {
      promptOverride: inPrompt(script().tool("Read", { file_path: "/etc/hostname" }).stall()),
    });
    await output;
    await expect
      .poll(() => fleet.getSessions())
      .toMatchObject([{ origin: "herdctl", jobId: id, openIn: expect.any(Number) }]);
    await fleet.cancelJob(id);
  });

  it("shows the 50 last used, or all of them, and none of a folder that looks alike", async () => {
    await using test = await createTestFleet({ agents: { a: {} } });
    const folder = test.workspace("a");
    const project = projectFolder(test, folder);
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        write(join(project, `s-${index}.jsonl`), said("user", `${index}`, { cwd: folder })),
      ),
    );
    await write(join(project, "empty.jsonl"), "");
    await write(join(project, "notes.txt"), "x");
    await using fleet = test.manager();
    await fleet.initialize();
    expect(await fleet.getSessions()).toHaveLength(50);
    await write(join(project, "alike.jsonl"), said("user", "x", { cwd: `${folder}.` }));
    expect(await fleet.getSessions({ all: true })).toHaveLength(60);
    await expect(fleet.getSession("alike")).rejects.toMatchObject({ code: "SESSION_NOT_FOUND" });
  });

  it("says why a session cannot be continued", async () => {
    await using test = await createTestFleet({
      agents: { a: { session: { timeout: "1ms" } } },
      scripts: { a: script().text("done") },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    await run(fleet, "a", "Go.");
    expect(await fleet.getSessions()).toMatchObject([
      { resumable: false, obstacle: { reason: "expired", message: "has expired" } },
    ]);
  });

  it("masks secrets, in what it lists and in what it reads", async () => {
    await using test = await createTestFleet({
      agents: { a: { env: { TOKEN: "${TOKEN}" } } },
      scripts: { a: script().text("It is hunter2-hunter2.") },
    });
    await using fleet = test.manager({ env: { ...test.env, TOKEN: "hunter2-hunter2" } });
    await fleet.initialize();
    const id = await run(fleet, "a", `${"x".repeat(190)} hunter2-hunter2`);
    const all = [await fleet.getSessions(), await fleet.getSessionMessages(id)];
    expect(JSON.stringify(all)).toContain("[secret]");
    expect(JSON.stringify(all)).not.toContain("hunter2");
  });

  it("finds a session by a unique start of its id", async () => {
    await using test = await createTestFleet({ agents: { a: {} } });
    const project = projectFolder(test, test.workspace("a"));
    for (const id of ["abc-1", "abc-2", "abc"]) {
      await write(join(project, `${id}.jsonl`), said("user", id, { cwd: test.workspace("a") }));
    }
    await using fleet = test.manager();
    await fleet.initialize();
    expect(await fleet.getSession("abc-2")).toMatchObject({ firstPrompt: "abc-2" });
    expect(await fleet.getSession("abc")).toMatchObject({ firstPrompt: "abc" });
    await expect(fleet.getSession("ab")).rejects.toMatchObject({
      code: "SESSION_NOT_FOUND",
      message: expect.stringContaining("abc-1"),
    });
    await expect(fleet.getSession("x")).rejects.toMatchObject({ code: "SESSION_NOT_FOUND" });
  });
});

describe("the messages of a session", () => {
  it("are what was asked, thought, done and said, a subagent's within its call", async () => {
    const steps = script()
      .thinking("Let me see.")
      .tool("Bash", { command: "echo hello" })
      .subagent("look around", script().tool("Bash", { command: "echo inside" }).text("Seen."))
      .text("All done.");
    await using test = await createTestFleet({
      agents: { a: { permission_mode: "bypassPermissions" } },
      scripts: { a: steps },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const id = await run(fleet, "a", "Do it.");
    const { messages } = await fleet.getSessionMessages(id.slice(0, 8));
    const [agent] = messages.flatMap(({ toolName, toolUseId }) =>
      toolName === "Agent" ? [toolUseId] : [],
    );
    const isInside = ({ parentToolUseId }: SessionMessage): boolean => parentToolUseId === agent;
    expect(messages.filter((message) => !isInside(message))).toMatchObject([
      { role: "user", type: "text", text: "Do it." },
      { role: "assistant", type: "thinking", text: "Let me see." },
      { type: "tool_use", toolName: "Bash", input: { command: "echo hello" } },
      { role: "user", type: "tool_result", text: "hello", isError: false },
      { type: "tool_use", toolName: "Agent" },
      { type: "tool_result", toolUseId: agent, text: expect.stringContaining("Seen.") },
      { role: "assistant", type: "text", text: "All done." },
    ]);
    const inside = messages.filter(isInside).filter(({ role }) => role === "assistant");
    expect(inside).toMatchObject([
      { type: "tool_use", toolName: "Bash" },
      { type: "text", text: "Seen." },
    ]);
    const paged: SessionMessage[] = [];
    let cursor: string | undefined;
    do {
      const page = await fleet.getSessionMessages(id, { limit: 2, ...(cursor && { cursor }) });
      paged.push(...page.messages);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(paged).toEqual(messages);
  });

  it("are cut where a tool returned too much to show", async () => {
    await using test = await createTestFleet({ agents: { a: {} } });
    const folder = test.workspace("a");
    const long = "x".repeat(400_000);
    const call = {
      type: "tool_use",
      id: "t",
      name: "Write",
      input: { lines: [{ text: long }, 1, null] },
    };
    const text = said("user", long, { cwd: folder }) + said("assistant", [call]);
    await write(join(projectFolder(test, folder), "s-1.jsonl"), text);
    await using fleet = test.manager();
    await fleet.initialize();
    const { messages } = await fleet.getSessionMessages("s-1");
    expect(messages[0]?.text).toHaveLength(262_144 + "… [137856 more characters]".length);
    expect(messages[1]?.input).toEqual({
      lines: [{ text: expect.stringMatching(/… \[137856 more characters\]$/) }, 1, null],
    });
  });

  it("are not there once the transcript is gone", async () => {
    await using test = await createTestFleet({
      agents: { a: {} },
      scripts: { a: script().text("done") },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const id = await run(fleet, "a", "Go.");
    await rm(projectFolder(test, test.workspace("a")), { recursive: true });
    expect(await fleet.getSession(id)).toMatchObject({ obstacle: { reason: "no_transcript" } });
    await expect(fleet.getSessionMessages(id)).rejects.toMatchObject({
      code: "SESSION_NOT_FOUND",
      message: expect.stringContaining("no longer on disk"),
    });
  });
});
