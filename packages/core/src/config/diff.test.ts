import { describe, expect, it } from "vitest";
import { plainAgent } from "../../test/plain-agent.ts";
import { diffConfigs } from "./diff.ts";
import type { ResolvedAgent, ResolvedConfig, ResolvedSchedule } from "./resolved.ts";

const schedule: ResolvedSchedule = {
  name: "review-prs",
  type: "interval",
  interval: 300_000,
  expression: "5m",
  enabled: true,
  jitter: 0,
  overlap: "skip",
  catchUp: "latest",
  catchUpWindow: 1,
  resumeSession: false,
  outputToFile: false,
  source: { file: "a.yaml", line: 3 },
};

const agent: ResolvedAgent = {
  ...plainAgent,
  name: "pr-reviewer",
  qualifiedName: "pr-reviewer",
  schedules: [schedule],
  mcpServers: { gitHub: { type: "stdio", command: "gh", args: [], env: {} } },
  allowedTools: ["Read"],
  env: { A: "1" },
};

function config(agents: readonly ResolvedAgent[], fleetWide?: number): ResolvedConfig {
  return {
    fleet: {
      concurrency: { ...(fleetWide !== undefined && { fleetWide }) },
      history: { maxJobsPerAgent: 100 },
      web: {
        enabled: false,
        host: "localhost",
        port: 3232,
        allowedHosts: [],
        sessionExpiryHours: 24,
        openBrowser: false,
        toolResults: true,
        messageGrouping: "separate",
      },
      webhooks: { enabled: false, host: "localhost", port: 8081, path: "/hooks" },
    },
    agents,
    configPath: "/f/herdctl.yaml",
    configDir: "/f",
    files: [],
    warnings: [],
    claudeEnv: {},
    secrets: [],
  };
}

const changed = (fields: Partial<ResolvedAgent>): ResolvedConfig =>
  config([{ ...agent, ...fields }]);

describe("diffConfigs", () => {
  it.each([
    { name: "nothing", after: config([agent]), changes: [] },
    { name: "a moved file", after: changed({ configPath: "/f/b.yaml" }), changes: [] },
    {
      name: "an agent more",
      after: config([agent, { ...agent, name: "new-agent", qualifiedName: "new-agent" }]),
      changes: ["agent:new-agent added"],
    },
    { name: "an agent less", after: config([]), changes: ["agent:pr-reviewer removed"] },
    {
      name: "an interval",
      after: changed({ schedules: [{ ...schedule, interval: 600_000, expression: "10m" }] }),
      changes: ["agent:pr-reviewer:schedule:review-prs:interval changed"],
    },
    {
      name: "a schedule renamed",
      after: changed({ schedules: [{ ...schedule, name: "other" }] }),
      changes: [
        "agent:pr-reviewer:schedule:other added",
        "agent:pr-reviewer:schedule:review-prs removed",
      ],
    },
    {
      name: "fields, with YAML's names",
      after: changed({ maxTurns: 3, allowedTools: [] }),
      changes: ["agent:pr-reviewer:allowed_tools changed", "agent:pr-reviewer:max_turns added"],
    },
    {
      name: "maps, with the names people gave",
      after: changed({
        env: { A: "2", B: "1" },
        mcpServers: { gitHub: { type: "stdio", command: "gh", args: ["x"], env: {} } },
      }),
      changes: [
        "agent:pr-reviewer:env:A changed",
        "agent:pr-reviewer:env:B added",
        "agent:pr-reviewer:mcp_servers:gitHub:args changed",
      ],
    },
    {
      name: "the fleet",
      after: config([agent], 5),
      changes: ["fleet:concurrency:fleet_wide added"],
    },
  ])("names $name", ({ after, changes }) => {
    expect(diffConfigs(config([agent]), after)).toEqual(changes);
  });
});
