import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { showConfig } from "../../src/config/show.ts";
import { agentIn, loadFiles, problemsOf, writeFiles } from "./files.ts";

const solo = (agent: string, more: Readonly<Record<string, string>> = {}) => ({
  "herdctl.yaml": "agents: [agent.yaml]\n",
  "agent.yaml": `name: solo\n${agent}`,
  ...more,
});

test(".env beside the fleet file is read; the process's own environment wins", async () => {
  const files = solo("model: ${MODEL}\ndefault_prompt: ${PROMPT}\n", {
    ".env": "MODEL=from-file\nPROMPT='from file'\n",
  });
  const agent = agentIn(await loadFiles(files, { env: { MODEL: "from-process" } }), "solo");
  expect([agent.model, agent.defaultPrompt]).toEqual(["from-process", "from file"]);
});

test("a .env that cannot be read is a problem with its place and what to do", async () => {
  const dir = await writeFiles(solo(""));
  // A link to itself: not even root can read it.
  await symlink(".env", join(dir, ".env"));
  await expect(loadConfig(dir, { cwd: dir, env: {} })).rejects.toMatchObject({
    code: "CONFIGURATION_ERROR",
    validationErrors: [
      ".env:1:1 cannot be read (ELOOP): give this user the right to read it, or remove it",
    ],
  });
});

test("of .env, Claude gets what is about Claude Code; the process's own environment wins", async () => {
  const files = solo("", {
    ".env":
      "ANTHROPIC_API_KEY=sk-from-file\nCLAUDE_CODE_MAX_RETRIES=3\nANTHROPIC_MODEL=m\nDATABASE_URL=x\n",
  });
  const config = await loadFiles(files, { env: { ANTHROPIC_MODEL: "from-process" } });
  expect(config.claudeEnv).toEqual({
    ANTHROPIC_API_KEY: "sk-from-file",
    CLAUDE_CODE_MAX_RETRIES: "3",
  });
  expect(config.secrets).toEqual(["sk-from-file"]);
  expect(JSON.stringify(showConfig(config))).not.toContain("sk-from-file");
});

test(".env is not written into the environment", async () => {
  const env = { OTHER: "x" };
  await loadFiles(solo("model: ${HERD_TEST_MODEL}\n", { ".env": "HERD_TEST_MODEL=m\n" }), { env });
  expect(env).toEqual({ OTHER: "x" });
  expect(process.env["HERD_TEST_MODEL"]).toBeUndefined();
});

test.each<[written: string, env: Readonly<Record<string, string>>, read: string]>([
  ["${NAME}", { NAME: "x" }, "x"],
  ["${NAME:-fallback}", {}, "fallback"],
  ["${NAME:-fallback}", { NAME: "x" }, "x"],
  ["${NAME:-}!", {}, "!"],
  ["${NAME:-fallback}!", { NAME: "" }, "!"],
  ["a ${A} and ${B:-b}", { A: "1" }, "a 1 and b"],
  ["$${NAME}", { NAME: "x" }, "${NAME}"],
  ["$NAME and $1", { NAME: "x" }, "$NAME and $1"],
  ["${NAME}", { NAME: "${OTHER}" }, "${OTHER}"],
])("%s with %o is %s", async (written, env, read) => {
  const config = await loadFiles(solo(`default_prompt: "${written}"\n`), { env });
  expect(agentIn(config, "solo").defaultPrompt).toBe(read);
});

test("numbers, booleans and choices may come out of the environment", async () => {
  const files = solo(
    "max_turns: ${TURNS}\nworktree: ${TREE}\neffort: ${EFFORT}\nbudget: { usd_per_job: '${USD}' }\n",
  );
  const env = { TURNS: "12", TREE: "true", EFFORT: "high", USD: "1.5" };
  expect(agentIn(await loadFiles(files, { env }), "solo")).toMatchObject({
    maxTurns: 12,
    worktree: true,
    effort: "high",
    budget: { usdPerJob: 1.5 },
  });
});

test("text that only looks like a number stays text where text is wanted", async () => {
  const files = solo("model: ${MODEL}\nenv:\n  A: ${FLAG}\n");
  const agent = agentIn(await loadFiles(files, { env: { MODEL: "4", FLAG: "true" } }), "solo");
  expect([agent.model, agent.env]).toEqual(["4", { A: "true" }]);
});

test("variables of defaults and overrides are replaced where they are written", async () => {
  const files = {
    "herdctl.yaml": `
defaults: { max_turns: "\${TURNS}" }
agents: [{ path: a.yaml, overrides: { model: "\${MODEL}" } }]
`,
    "a.yaml": "name: a\n",
  };
  const agent = agentIn(await loadFiles(files, { env: { TURNS: "3", MODEL: "m" } }), "a");
  expect([agent.maxTurns, agent.model]).toEqual([3, "m"]);
  expect(await problemsOf(files)).toEqual([
    expect.stringContaining("herdctl.yaml:2:25 defaults.max_turns: the environment variable TURNS"),
    expect.stringContaining("herdctl.yaml:3:47 agents.0.overrides.model: the environment variable"),
  ]);
});

test("values of secret variables are known, those of harmless ones are not", async () => {
  const files = solo(`
model: \${MODEL}
default_prompt: \${HOME} \${GITHUB_TOKEN}
env: { PLAIN: "\${IN_ENV}", SHORT: "\${SHORT_TOKEN}", MY_API_KEY: literal-key }
mcp_servers:
  web: { url: "https://example.com/\${IN_URL}", headers: { A: "\${IN_HEADER}" } }
  cmd: { command: x, args: ["\${IN_ARGS}"] }
work_source: { type: github, repo: o/r, auth: { token_env: NAMED } }
`);
  const env = {
    MODEL: "opus-model",
    HOME: "/home/me",
    GITHUB_TOKEN: "value-token",
    IN_ENV: "value-env",
    SHORT_TOKEN: "abc",
    IN_URL: "value-url",
    IN_HEADER: "value-header",
    IN_ARGS: "value-args",
    NAMED: "value-named",
    UNUSED_SECRET: "value-unused",
  };
  const { secrets } = await loadFiles(files, { env });
  expect(secrets.toSorted()).toEqual([
    "literal-key",
    "value-args",
    "value-env",
    "value-header",
    "value-named",
    "value-token",
    "value-url",
  ]);
});

test("a problem with a value out of a secret variable does not show it", async () => {
  const [problem] = await problemsOf(solo("max_turns: ${API_KEY}\n"), {
    API_KEY: "hunter2hunter2",
  });
  expect(problem).toContain('"[secret]" must be a number');
  expect(problem).not.toContain("hunter2");
});
