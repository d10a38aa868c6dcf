import { join } from "node:path";
import { expect, test } from "vitest";
import { agentIn, type Files, loadFiles } from "./files.ts";

async function namesIn(files: Files): Promise<readonly string[]> {
  return (await loadFiles(files)).agents.map(({ qualifiedName }) => qualifiedName);
}

const team = {
  "team/herdctl.yaml": "fleet: { name: team }\nagents: [agents/*.yaml]\n",
  "team/agents/writer.yaml": "name: writer\n",
};

test("agents come by path, glob and reference, in the order they are written", async () => {
  const files = {
    "herdctl.yaml": 'agents: [z.yaml, "more/*.{yaml,yml}", { path: ./a.yaml }]\n',
    "z.yaml": "name: z\n",
    "a.yaml": "name: a\n",
    "more/d.yml": "name: d\n",
    "more/c.yaml": "name: c\n",
    "more/readme.md": "",
  };
  expect(await namesIn(files)).toEqual(["z", "c", "d", "a"]);
});

test("agents of sub-fleets have qualified names, however deep", async () => {
  const files = {
    "herdctl.yaml": "agents: [a.yaml]\nfleets: [{ path: ./outer }]\n",
    "a.yaml": "name: a\n",
    "outer/herdctl.yaml": "agents: [a.yaml]\nfleets: [{ path: ../team }]\n",
    "outer/a.yaml": "name: a\n",
    ...team,
  };
  expect(await namesIn(files)).toEqual(["a", "outer.a", "outer.team.writer"]);
});

test("one sub-fleet may be there twice under two names", async () => {
  const files = {
    "herdctl.yaml": "fleets: [{ path: team, name: docs }, { path: team, name: blog }]\n",
    ...team,
  };
  expect(await namesIn(files)).toEqual(["docs.writer", "blog.writer"]);
});

test("a sub-fleet is named by its reference, its own name, or its folder", async () => {
  const files = {
    "herdctl.yaml": "fleets: [{ path: team }, { path: plain/herdctl.yaml }]\n",
    ...team,
    "plain/herdctl.yaml": "agents: [a.yaml]\n",
    "plain/a.yaml": "name: a\n",
  };
  expect(await namesIn(files)).toEqual(["team.writer", "plain.a"]);
});

test("overrides of a sub-fleet change the fleet file, its references included", async () => {
  const files = {
    "herdctl.yaml": `
fleets:
  - path: team
    overrides: { fleet: { name: press }, defaults: { model: opus } }
`,
    ...team,
  };
  expect(agentIn(await loadFiles(files), "press.writer").model).toBe("opus");
});

test("low to high: fleet defaults, sub-fleet defaults, agent file, overrides", async () => {
  const files = {
    "herdctl.yaml": `
defaults:
  model: 1-fleet
  fallback_model: 1-fleet
  default_prompt: 1-fleet
  system_prompt: 1-fleet
  max_turns: 9
fleets: [{ path: team }]
`,
    "team/herdctl.yaml": `
defaults: { fallback_model: 2-sub, default_prompt: 2-sub, system_prompt: 2-sub }
agents: [{ path: a.yaml, overrides: { system_prompt: 4-overrides } }]
`,
    "team/a.yaml": "name: a\ndefault_prompt: 3-agent\nsystem_prompt: 3-agent\n",
  };
  expect(agentIn(await loadFiles(files), "team.a")).toMatchObject({
    model: "1-fleet",
    fallbackModel: "2-sub",
    defaultPrompt: "3-agent",
    systemPrompt: "4-overrides",
    maxTurns: 9,
  });
});

test("mappings merge deeply, lists replace", async () => {
  const files = {
    "herdctl.yaml": `
defaults:
  allowed_tools: [Read, Grep]
  env: { A: fleet, B: fleet }
  mcp_servers: { files: { command: npx, args: [one] } }
agents: [a.yaml]
`,
    "a.yaml": `
name: a
allowed_tools: [Edit]
env: { B: agent, C: agent }
mcp_servers: { files: { args: [two] }, web: { url: "https://example.com" } }
`,
  };
  const agent = agentIn(await loadFiles(files), "a");
  expect(agent.allowedTools).toEqual(["Edit"]);
  expect(agent.env).toEqual({ A: "fleet", B: "agent", C: "agent" });
  expect(agent.mcpServers["files"]).toMatchObject({ command: "npx", args: ["two"] });
  expect(Object.keys(agent.mcpServers)).toEqual(["files", "web"]);
});

test("a default of the schema never replaces what a lower layer says", async () => {
  const files = {
    "herdctl.yaml": `
defaults:
  permission_mode: plan
  session: { mode: persistent }
  retry: { max_attempts: 4 }
  schedules: { s: { type: interval, interval: 1h, enabled: false } }
agents: [{ path: a.yaml, overrides: { session: { timeout: 1h } } }]
`,
    "a.yaml": "name: a\nretry: { backoff: 5s }\nschedules: { s: { prompt: Look. } }\n",
  };
  const agent = agentIn(await loadFiles(files), "a");
  expect(agent.permissionMode).toBe("plan");
  expect(agent.session).toEqual({ mode: "persistent", timeout: 3_600_000 });
  expect(agent.retry).toMatchObject({ maxAttempts: 4, backoff: 5_000 });
  expect(agent.schedules[0]).toMatchObject({
    enabled: false,
    prompt: "Look.",
    interval: 3_600_000,
  });
});

test("older names merge with today's", async () => {
  const files = {
    "herdctl.yaml": `
defaults: { instances: { max_concurrent: 2 }, permissions: { mode: plan, denied_tools: [X] } }
agents: [a.yaml]
`,
    "a.yaml": "name: a\nconcurrency: 3\npermission_mode: dontAsk\n",
  };
  expect(agentIn(await loadFiles(files), "a")).toMatchObject({
    concurrency: 3,
    permissionMode: "dontAsk",
    deniedTools: ["X"],
  });
});

test("relative paths start from the file that has them", async () => {
  const files = {
    "herdctl.yaml": "defaults: { plugins: [shared] }\nagents: [agents/a.yaml, agents/b.yaml]\n",
    "agents/a.yaml": "name: a\nworking_directory: ../work\nplugins: [own, /abs]\n",
    "agents/b.yaml": "name: b\n",
    "work/x": "",
  };
  const config = await loadFiles(files);
  const { dir } = config;
  const a = agentIn(config, "a");
  expect(a.workingDirectory).toBe(join(dir, "work"));
  expect(a.plugins.map(({ path }) => path)).toEqual([join(dir, "agents/own"), "/abs"]);
  const b = agentIn(config, "b");
  expect(b.workingDirectory).toBe(join(dir, "agents"));
  expect(b.plugins.map(({ path }) => path)).toEqual([join(dir, "shared")]);
});

test("a repository is cloned below the working root of the nearest fleet", async () => {
  const files = {
    "herdctl.yaml": "working_directory: { root: repos, clone_depth: 5 }\nagents: [agents/*.yaml]\n",
    "agents/a.yaml": "name: a\nrepo: owner/project\n",
    "agents/b.yaml": "name: b\nrepo: git@example.com:team/tool.git\n",
    "agents/c.yaml": "name: c\nrepo: ../local\nworking_directory: ../elsewhere\n",
  };
  const config = await loadFiles(files);
  const place = (name: string) => {
    const { workingDirectory, repo } = agentIn(config, name);
    return [workingDirectory, repo?.url, repo?.cloneDepth];
  };
  const { dir } = config;
  expect(place("a")).toEqual([
    join(dir, "repos/project"),
    "https://github.com/owner/project.git",
    5,
  ]);
  expect(place("b")).toEqual([join(dir, "repos/tool"), "git@example.com:team/tool.git", 5]);
  expect(place("c")).toEqual([join(dir, "elsewhere"), join(dir, "local"), 5]);
});

test("agents that may be triggered are named by bare, qualified or unique name", async () => {
  const files = {
    "herdctl.yaml": "agents: [a.yaml, b.yaml]\nfleets: [{ path: team }]\n",
    "a.yaml": "name: a\ncan_trigger: [b, team.writer, writer]\n",
    "b.yaml": "name: b\n",
    ...team,
  };
  expect(agentIn(await loadFiles(files), "a").canTrigger).toEqual([
    "b",
    "team.writer",
    "team.writer",
  ]);
});

test("an agent that no fleet refers to is the operator's own and may say all about Docker", async () => {
  const { agents } = await loadFiles(
    { "a.yaml": "name: a\ndocker: { enabled: false, image: own, network: host }\n" },
    { entry: "a.yaml" },
  );
  expect(agents[0]?.docker).toMatchObject({ image: "own", network: "host" });
});

test.each([
  ["that its fleet does not ask for", "{ enabled: true, memory: 4g, max_containers: 9 }", "{}"],
  ["up to the defaults", "{ memory: 2048m, pids_limit: 512 }", "true"],
  ["where they have none", "{ cpus: 4 }", "true"],
  [
    "up to what its fleet says beyond the defaults",
    "{ memory: 6g }",
    "{ enabled: true, memory: 8g }",
  ],
])("an agent file sets limits of a container %s", async (_, own, fleets) => {
  const { agents } = await loadFiles({
    "herdctl.yaml": `agents: [a.yaml]\ndefaults: { docker: ${fleets} }\n`,
    "a.yaml": `name: a\ndocker: ${own}\n`,
  });
  expect(agents[0]?.docker).toMatchObject({ enabled: true });
});

test("the fleet's overrides may widen a container, its agent file may tighten it", async () => {
  const files = {
    "herdctl.yaml": `
defaults: { docker: { enabled: true, memory: 2g } }
agents: [{ path: a.yaml, overrides: { docker: { image: own, volumes: ["./data:/data:ro"] } } }]
`,
    "a.yaml": "name: a\ndocker: { memory: 512m, workspace_mode: ro }\n",
  };
  const config = await loadFiles(files);
  expect(agentIn(config, "a").docker).toMatchObject({
    enabled: true,
    image: "own",
    memory: "512m",
    workspaceMode: "ro",
    volumes: [`${join(config.dir, "data")}:/data:ro`],
  });
});
