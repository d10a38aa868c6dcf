import { expect, test } from "vitest";
import { plainAgent, plainDocker } from "../../test/plain-agent.ts";
import type { ResolvedAgent, ResolvedHook, ResolvedSchedule } from "../config/resolved.ts";
import { type DemandFacts, listDemands } from "./demands.ts";

function demandsOf(
  agent: Partial<ResolvedAgent>,
  facts: Partial<DemandFacts> = {},
): readonly string[] {
  const whole = { ...plainAgent, workingDirectory: "/fleet/agents/a", ...agent };
  const demands = listDemands({
    agent: whole,
    folder: "/fleet/agents/a",
    paths: ["agent.yaml"],
    variables: [],
    ...facts,
  });
  return demands.map(({ kind, text }) => `${kind} | ${text}`);
}

const atLeast = ["runs | on this machine, as you (sdk)", "permissions | mode acceptEdits"];

const schedule: ResolvedSchedule = {
  name: "nightly",
  type: "cron",
  expression: "0 3 * * *",
  enabled: true,
  jitter: 0,
  overlap: "skip",
  catchUp: "latest",
  catchUpWindow: 0,
  resumeSession: false,
  outputToFile: false,
  source: { file: "/f", line: 1 },
};

const hook = { continueOnError: true, onEvents: [], timeout: 1, idempotent: false } as const;
const shell = (command: string): ResolvedHook => ({ ...hook, type: "shell", command });

test("an agent that asks for nothing says where it runs and in which mode", () => {
  expect(demandsOf({})).toEqual(atLeast);
});

test.each<[agent: Partial<ResolvedAgent>, instead: string]>([
  [{ runtime: "cli" }, "on this machine, as you (cli)"],
  [{ docker: { ...plainDocker, enabled: false } }, "on this machine, as you (sdk)"],
  [{ docker: plainDocker }, "in a container, network bridge (sdk)"],
  [{ docker: { ...plainDocker, network: "host" } }, "in a container, network host (sdk)"],
  [{ docker: { ...plainDocker, egress: { allow: [] } } }, "in a container, network none (sdk)"],
])("of %j: %s", (agent, instead) => {
  expect(demandsOf(agent)).toContain(`runs | ${instead}`);
});

test.each<[title: string, agent: Partial<ResolvedAgent>, demands: readonly string[]]>([
  [
    "permissions",
    {
      permissionMode: "bypassPermissions",
      tools: ["Read", "Bash"],
      allowedTools: ["Bash(git *)"],
      deniedTools: ["WebFetch"],
      approvals: { tools: ["Write"], hold: 1, expires: 1, default: "deny" },
    },
    [
      "permissions | every tool, without asking (bypassPermissions)",
      "permissions | has only the tools Read, Bash",
      "permissions | uses without asking Bash(git *)",
      "permissions | never uses WebFetch",
      "permissions | asks a person before Write",
    ],
  ],
  [
    "commands",
    {
      hooks: {
        beforeRun: [shell("one")],
        afterRun: [{ ...shell("two"), when: "test -f x" }],
        onError: [shell("three")],
      },
      schedules: [{ ...schedule, when: { type: "command", command: "four", timeout: 1 } }],
      expect: [
        { type: "command", command: "five", timeout: 1 },
        { type: "file", path: "x", changed: false },
      ],
    },
    [
      "commands | before a job runs: one",
      "commands | after a job runs: two",
      "commands | after a job decides by: test -f x",
      "commands | after a failed job runs: three",
      "commands | before nightly runs: four",
      "commands | to check a job runs: five",
      "schedules | nightly: cron 0 3 * * *",
    ],
  ],
  [
    "addresses",
    {
      hooks: {
        beforeRun: [],
        afterRun: [
          { ...hook, type: "webhook", url: "https://x.example", method: "POST", headers: {} },
          { ...hook, type: "slack", channelId: "C1", botTokenEnv: "T" },
        ],
        onError: [],
      },
      schedules: [
        {
          ...schedule,
          enabled: false,
          when: { type: "http", url: "https://y.example", timeout: 1 },
          workSource: { type: "github" },
        },
      ],
      workSource: { type: "github" },
      chat: { discord: {} },
    },
    [
      "network | after a job sends to https://x.example",
      "network | after a job writes to slack C1",
      "network | before nightly looks at https://y.example",
      "network | takes work from GitHub issues",
      "network | talks on discord",
      "schedules | nightly: cron 0 3 * * *, switched off",
    ],
  ],
  [
    "servers",
    {
      mcpServers: {
        gh: { type: "stdio", command: "npx", args: ["-y", "gh-mcp"], env: {} },
        far: { type: "http", url: "https://mcp.example", headers: {} },
      },
    },
    ["servers | gh runs: npx -y gh-mcp", "servers | far: https://mcp.example"],
  ],
  [
    "places",
    {
      workingDirectory: "/fleet",
      repo: { url: "https://x.example/r.git", autoClone: true, cloneDepth: 1 },
      plugins: [{ type: "local", path: "/fleet/agents/a/plugin", skipMcpDiscovery: false }],
      workSource: {
        type: "folder",
        path: "/fleet/inbox",
        pattern: "*",
        done: "done",
        failed: "failed",
        maxAttempts: 1,
      },
    },
    [
      "places | works in /fleet",
      "places | clones https://x.example/r.git",
      "places | loads the plugin /fleet/agents/a/plugin",
      "places | moves files in /fleet/inbox",
    ],
  ],
  [
    "the rest",
    { env: { NODE_OPTIONS: "-r x" }, settingSources: ["user"], canTrigger: ["writer"] },
    [
      "variables | sets NODE_OPTIONS=-r x",
      "instructions | obeys your own settings of Claude Code",
      "agents | may trigger writer",
    ],
  ],
])("says all about %s", (_, agent, demands) => {
  const [runs, mode = ""] = atLeast;
  const isMode = demands.some((demand) => demand.includes("bypass"));
  expect(demandsOf(agent)).toEqual([runs, ...(isMode ? [] : [mode]), ...demands]);
});

test("names what Claude Code itself obeys, and the variables that are read", () => {
  const paths = [
    "agent.yaml",
    "CLAUDE.md",
    "sub/claude.local.md",
    ".mcp.json",
    ".claude/settings.json",
    "docs/.claude/skills/x/SKILL.md",
    "plugin/hooks/hooks.json",
    "docs/CLAUDE.md.txt",
    "src/mcp.json",
  ];
  expect(demandsOf({}, { paths, variables: ["HOME", "TOKEN"] })).toEqual([
    ...atLeast,
    "variables | reads of your environment HOME, TOKEN",
    `instructions | brings for Claude Code ${paths.slice(1, 7).join(", ")}`,
  ]);
});
