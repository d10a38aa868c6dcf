import { describe, expect, it } from "vitest";
import { testAgent } from "../../../test/runner/harness.ts";
import { type CliCommandLine, type CliRequest, toCliCommandLine } from "./cli-arguments.ts";
import type { SessionRequest } from "./interface.ts";

type Given = Partial<Omit<CliRequest, "agent">> & { readonly agent?: Partial<CliRequest["agent"]> };

function commandLine({ agent, ...request }: Given = {}): CliCommandLine {
  return toCliCommandLine({
    agent: testAgent({ permissionMode: "acceptEdits", ...agent }),
    session: { mode: "new", id: "s1" },
    limits: {},
    jobId: "job-1",
    dir: "/state/jobs/job-1/1",
    ...request,
  });
}

const always = [
  "-p",
  "--verbose",
  "--output-format=stream-json",
  "--forward-subagent-text",
  "--session-id=s1",
  "--name=writer job-1",
  "--permission-mode=acceptEdits",
  "--permission-prompts=none",
  "--setting-sources=",
];

/** What is said beyond what every agent needs. */
const added = (given: Given): readonly string[] =>
  commandLine(given).args.filter((argument) => !always.includes(argument));

describe("toCliCommandLine", () => {
  it("passes what is always needed, and nothing that was not configured", () => {
    expect(commandLine()).toEqual({ args: always, files: {} });
  });

  it.each<[string, Given, readonly string[]]>([
    [
      "models and effort",
      { agent: { model: "opus", fallbackModel: "sonnet", effort: "high" } },
      ["--model=opus", "--fallback-model=sonnet", "--effort=high"],
    ],
    [
      "limits",
      { limits: { maxTurns: 5, maxBudgetUsd: 0.5 } },
      ["--max-turns=5", "--max-budget-usd=0.5"],
    ],
    [
      "bypassPermissions",
      { agent: { permissionMode: "bypassPermissions" } },
      ["--permission-mode=bypassPermissions", "--allow-dangerously-skip-permissions"],
    ],
    [
      "tools",
      {
        agent: {
          tools: ["Bash", "Read"],
          allowedTools: ["Bash(git:*)", "mcp__files"],
          deniedTools: ["WebFetch"],
        },
      },
      ["--tools=Bash,Read", "--allowedTools=Bash(git:*),mcp__files", "--disallowedTools=WebFetch"],
    ],
    ["no tools at all", { agent: { tools: [] } }, ["--tools="]],
    [
      "setting sources",
      { agent: { settingSources: ["project", "local"] } },
      ["--setting-sources=project,local"],
    ],
    [
      "plugins",
      {
        agent: {
          plugins: [
            { type: "local", path: "/a b", skipMcpDiscovery: false },
            { type: "local", path: "/c", skipMcpDiscovery: true },
          ],
        },
      },
      ["--plugin-dir=/a b", "--plugin-dir-no-mcp=/c"],
    ],
    [
      "the structure that is expected",
      { agent: { expect: [{ type: "json_schema", schema: { type: "object" } }] } },
      ['--json-schema={"type":"object"}'],
    ],
  ])("passes %s", (_what, given, expected) => {
    expect(added(given)).toEqual(expected);
  });

  it.each<[SessionRequest, readonly string[]]>([
    [{ mode: "new", id: "s1" }, ["--session-id=s1"]],
    [{ mode: "resume", id: "s1" }, ["--resume=s1"]],
    [{ mode: "fork", id: "s2", from: "s1" }, ["--resume=s1", "--fork-session", "--session-id=s2"]],
  ])("asks for the session %j", (session, expected) => {
    const { args } = commandLine({ session });
    expect(args.filter((argument) => /session-id|resume|fork/.test(argument))).toEqual(expected);
  });

  const dir = "/state/jobs/job-1/1";

  it.each<[string, Given, string, string, string]>([
    [
      "a replaced system prompt",
      { agent: { systemPrompt: "Be brief." } },
      "--system-prompt-file",
      "system-prompt.md",
      "Be brief.",
    ],
    [
      "an appended system prompt",
      { agent: { systemPrompt: { append: "Be brief." } } },
      "--append-system-prompt-file",
      "system-prompt.md",
      "Be brief.",
    ],
    [
      "settings",
      { settings: { permissions: { deny: ["Bash"] } } },
      "--settings",
      "settings.json",
      '{"permissions":{"deny":["Bash"]}}',
    ],
    [
      "MCP servers",
      {
        agent: { mcpServers: { hog: { type: "http", url: "http://h", headers: { a: "s3cret" } } } },
      },
      "--mcp-config",
      "mcp.json",
      '{"mcpServers":{"hog":{"type":"http","url":"http://h","headers":{"a":"s3cret"}}}}',
    ],
  ])("keeps %s in a file", (_what, given, option, name, text) => {
    const path = `${dir}/${name}`;
    expect(added(given)).toEqual([`${option}=${path}`]);
    expect(commandLine(given).files).toEqual({ [path]: text });
  });

  it("starts the bridge to herdctl's tools, which need no permission", () => {
    const herdctl: NonNullable<CliRequest["herdctl"]> = {
      inProcess: () => Promise.reject(new Error("not here")),
      bridge: { type: "stdio", command: "node", args: ["bridge.js"], env: {}, alwaysLoad: true },
    };
    const given = { herdctl, agent: { allowedTools: ["Read"] } };
    expect(added(given)).toEqual([
      "--allowedTools=Read,mcp__herdctl",
      `--mcp-config=${dir}/mcp.json`,
    ]);
    expect(JSON.parse(commandLine(given).files[`${dir}/mcp.json`] ?? "")).toEqual({
      mcpServers: { herdctl: herdctl.bridge },
    });
  });
});
