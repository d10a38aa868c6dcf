import type { Options } from "@anthropic-ai/claude-agent-sdk";
import { describe, expect, it } from "vitest";
import { testAgent } from "../../../test/runner/harness.ts";
import type { ResolvedAgent } from "../../config/resolved.ts";
import type { SessionRequest } from "./interface.ts";
import { toSdkOptions } from "./sdk-options.ts";

const launcher = { cwd: "/work", claudePath: "/bin/claude", env: { HOME: "/home/a" } };

function optionsOf(
  changes: Partial<ResolvedAgent>,
  session: SessionRequest = { mode: "new", id: "s1" },
  limits: { maxTurns?: number; maxBudgetUsd?: number } = {},
): Options {
  return toSdkOptions({ agent: testAgent(changes), session, limits, jobId: "job-1", launcher });
}

describe("toSdkOptions", () => {
  it("passes what is always needed, and nothing that was not configured", () => {
    expect(optionsOf({ permissionMode: "acceptEdits" })).toEqual({
      cwd: "/work",
      env: { HOME: "/home/a" },
      pathToClaudeCodeExecutable: "/bin/claude",
      sessionId: "s1",
      title: "writer job-1",
      permissionMode: "acceptEdits",
      permissionPrompts: "none",
      allowedTools: [],
      disallowedTools: [],
      systemPrompt: { type: "preset", preset: "claude_code" },
      settingSources: [],
      mcpServers: {},
      mcpServersDelivery: "initialize",
      plugins: [],
      includePartialMessages: false,
      forwardSubagentText: true,
    });
  });

  it("passes every option that an agent can have", () => {
    const plugin = { type: "local", path: "/plugin", skipMcpDiscovery: true } as const;
    expect(
      optionsOf(
        {
          model: "opus",
          fallbackModel: "sonnet",
          effort: "high",
          permissionMode: "bypassPermissions",
          tools: ["Bash"],
          allowedTools: ["Bash(git:*)"],
          deniedTools: ["WebFetch"],
          settingSources: ["project", "local"],
          plugins: [plugin],
        },
        { mode: "new", id: "s1" },
        { maxTurns: 5, maxBudgetUsd: 0.5 },
      ),
    ).toMatchObject({
      model: "opus",
      fallbackModel: "sonnet",
      effort: "high",
      maxTurns: 5,
      maxBudgetUsd: 0.5,
      permissionMode: "bypassPermissions",
      allowDangerouslySkipPermissions: true,
      tools: ["Bash"],
      allowedTools: ["Bash(git:*)"],
      disallowedTools: ["WebFetch"],
      settingSources: ["project", "local"],
      plugins: [plugin],
    });
  });

  it.each<[SessionRequest, Options]>([
    [{ mode: "new", id: "s1" }, { sessionId: "s1" }],
    [{ mode: "resume", id: "s1" }, { resume: "s1" }],
    [
      { mode: "fork", id: "s2", from: "s1" },
      { resume: "s1", forkSession: true, sessionId: "s2" },
    ],
  ])("asks for the session %j", (session, expected) => {
    const { resume, forkSession, sessionId } = optionsOf({}, session);
    expect(JSON.parse(JSON.stringify({ resume, forkSession, sessionId }))).toEqual(expected);
  });

  const preset = { type: "preset", preset: "claude_code" } as const;

  it.each<[string, Partial<ResolvedAgent>, Options["systemPrompt"]]>([
    ["a replaced prompt", { systemPrompt: "Be brief." }, "Be brief."],
    [
      "an appended prompt",
      { systemPrompt: { append: "Be brief." } },
      { ...preset, append: "Be brief." },
    ],
    ["an identity", { identity: { name: "Ada" } }, { ...preset, append: "Your name is Ada." }],
    [
      "an identity and an appended prompt",
      {
        identity: { name: "Ada", role: "reviewer", personality: "calm" },
        systemPrompt: { append: "Be brief." },
      },
      {
        ...preset,
        append: "Your name is Ada.\nYour role: reviewer\nYour personality: calm\n\nBe brief.",
      },
    ],
    [
      "an identity and a replaced prompt",
      { identity: { role: "reviewer" }, systemPrompt: "Be brief." },
      "Your role: reviewer\n\nBe brief.",
    ],
  ])("builds the system prompt of %s", (_name, changes, expected) => {
    expect(optionsOf(changes).systemPrompt).toEqual(expected);
  });

  it("passes MCP servers of every transport", () => {
    const { mcpServers } = optionsOf({
      mcpServers: {
        files: { type: "stdio", command: "npx", args: ["fs"], env: { A: "1" }, timeout: 5_000 },
        hog: { type: "http", url: "http://h", headers: { authorization: "x" }, alwaysLoad: true },
        old: { type: "sse", url: "http://s", headers: {} },
      },
    });
    expect(mcpServers).toEqual({
      files: { type: "stdio", command: "npx", args: ["fs"], env: { A: "1" }, timeout: 5_000 },
      hog: { type: "http", url: "http://h", headers: { authorization: "x" }, alwaysLoad: true },
      old: { type: "sse", url: "http://s", headers: {} },
    });
  });
});
