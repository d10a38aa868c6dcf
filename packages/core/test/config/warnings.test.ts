import { expect, test } from "vitest";
import { renderProblem } from "../../src/config/configuration-error.ts";
import { agentIn, type Files, loadFiles } from "./files.ts";

async function warningsOf(files: Files): Promise<readonly string[]> {
  const { warnings, dir } = await loadFiles(files);
  return warnings.map((warning) => renderProblem(warning, dir));
}

test("older names work, with a warning where they are written", async () => {
  const files = {
    "herdctl.yaml": "workspace: { root: . }\nchat: {}\nagents: [a.yaml]\n",
    "a.yaml": `name: a
workspace: .
schedules:
  s: { type: cron, expression: "@daily" }
`,
  };
  const warnings = await warningsOf(files);
  expect(warnings).toEqual(
    expect.arrayContaining([
      'a.yaml:2:1 workspace: "workspace" is now called "working_directory"',
      'a.yaml:4:20 schedules.s.expression: "expression" is now called "cron"',
      'herdctl.yaml:1:1 workspace: "workspace" is now called "working_directory"',
      'herdctl.yaml:2:1 chat: "chat" of a fleet is not used any more: configure chat on each agent',
    ]),
  );
});

test("a missing working directory is a warning: fleets come from other machines", async () => {
  const files = {
    "herdctl.yaml": "agents: [a.yaml]\n",
    "a.yaml": "name: a\nworking_directory: ./nowhere\n",
  };
  expect(await warningsOf(files)).toEqual([
    expect.stringMatching(
      /^a\.yaml:2:20 working_directory: the working directory .*nowhere does not exist/,
    ),
  ]);
});

test("what only the root fleet decides is ignored in a sub-fleet, with a warning", async () => {
  const files = {
    "herdctl.yaml": "fleets: [{ path: team }]\nhistory: { max_jobs_per_agent: 7 }\n",
    "team/herdctl.yaml": "history: { max_jobs_per_agent: 3 }\nconcurrency: { per_agent: 2 }\n",
  };
  const config = await loadFiles(files);
  expect(config.fleet.history.maxJobsPerAgent).toBe(7);
  expect(config.warnings.map((warning) => renderProblem(warning, config.dir))).toEqual([
    'team/herdctl.yaml:1:1 history: "history" of a sub-fleet is ignored: the fleet that starts decides',
    'team/herdctl.yaml:2:1 concurrency: "concurrency" of a sub-fleet is ignored: the fleet that starts decides',
  ]);
});

test("each field whose feature is to come is named once, where it is asked for", async () => {
  const files = {
    "herdctl.yaml": "agents: [a.yaml]\ndefaults: { worktree: true }\n",
    "a.yaml": "name: a\n",
  };
  expect(await warningsOf(files)).toEqual([
    'herdctl.yaml:2:13 defaults.worktree: "worktree" is not active yet (a worktree for each job)',
  ]);
});

test("a field that asks for nothing which is missing is no warning", async () => {
  const files = {
    "herdctl.yaml": "agents: [a.yaml]\nweb: { enabled: true, port: 8080, open_browser: false }\n",
    "a.yaml": "name: a\ndocker: false\nworktree: false\nruntime: { type: sdk }\n",
  };
  expect(await warningsOf(files)).toEqual([]);
});

test("a fleet with nothing unusual has no warning and its defaults", async () => {
  const config = await loadFiles({ "herdctl.yaml": "agents: [a.yaml]\n", "a.yaml": "name: a\n" });
  expect(config.warnings).toEqual([]);
  expect(agentIn(config, "a")).toMatchObject({
    permissionMode: "acceptEdits",
    settingSources: ["project", "local"],
    runtime: "sdk",
    session: { mode: "fresh", timeout: 86_400_000 },
    schedules: [],
    priority: 0,
  });
  expect(config.fleet.history).toEqual({ maxJobsPerAgent: 100 });
});
