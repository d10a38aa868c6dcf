import { expect, test } from "vitest";
import { showConfig } from "../../src/config/show.ts";
import { loadFiles, problemsOf } from "./files.ts";

const solo = (agent: string, fleet = "") => ({
  "herdctl.yaml": `agents: [agent.yaml]\n${fleet}`,
  "agent.yaml": `name: solo\n${agent}`,
});

const webhook = "https://hooks.example.com/services/T012AB34C/B012AB34C";

test.each<[where: string, agent: string, fleet: string, env: Readonly<Record<string, string>>]>([
  [
    "a command of a hook",
    'hooks: { after_run: [{ type: shell, command: "curl -u bot:${GH_PAT} https://h" }] }',
    "",
    { GH_PAT: "classified" },
  ],
  ["the address of notices", "", 'notify: { url: "${CHANNEL}" }', { CHANNEL: webhook }],
  ["a prompt", 'default_prompt: "Say ${WORD}."', "", { WORD: "classified77" }],
  ["a prompt, by name", 'default_prompt: "Say ${TOK}."', "", { TOK: "classified" }],
  ["env", 'env: { PLAIN: "${WORD}" }', "", { WORD: "classified" }],
  [
    "a password within env",
    'env: { URL: "${DB_HOST}" }',
    "",
    { DB_HOST: "postgres://ann:classified77@h" },
  ],
])("of the environment, %s does not show its secret", async (_where, agent, fleet, env) => {
  const shown = JSON.stringify(showConfig(await loadFiles(solo(agent, fleet), { env })));
  expect(shown).toContain("[secret]");
  expect(shown).not.toMatch(/classified|B012AB34C/);
});

test.each<[where: string, agent: string, fleet?: string]>([
  ["env of a container", "", "defaults: { docker: { env: { K: classified1 } } }"],
  ["env", 'env: { DATABASE: "postgres://u:classified1@h/db", OTHER: classified1 }'],
  ["an address", 'mcp_servers: { x: { url: "https://u:classified1@h/?key=classified2" } }'],
  ["a header", 'mcp_servers: { x: { url: "https://h", headers: { A: classified1 } } }'],
  ["an argument", 'mcp_servers: { x: { command: y, args: ["--token", classified] } }'],
  ["an argument with =", 'mcp_servers: { x: { command: y, args: ["--api-key=classified"] } }'],
  ["env of a server", "mcp_servers: { x: { command: y, env: { K: classified1 } } }"],
  [
    "a command",
    'hooks: { before_run: [{ type: shell, command: "curl https://u:classified1@h" }] }',
  ],
])("a secret that is written into %s does not show", async (_where, agent, fleet) => {
  const shown = JSON.stringify(showConfig(await loadFiles(solo(agent, fleet))));
  expect(shown).toContain("[secret]");
  expect(shown).not.toContain("classified");
});

test("the token of a header is known without its scheme", async () => {
  const files = solo(
    'mcp_servers: { x: { url: "https://h", headers: { Authorization: "Bearer classified" } } }',
  );
  const { secrets } = await loadFiles(files);
  expect(secrets).toEqual(["Bearer classified", "classified"]);
});

test("what is plainly no secret stays readable", async () => {
  const files = solo(`
model: \${MODEL}
working_directory: \${PLACE}
default_prompt: Review \${BRANCH} of \${SUBJECT} at \${GITHUB_SHA}, port \${ANY}, as \${USER}.
env:
  NODE_ENV: \${NODE_ENV}
  REGION: \${AWS_REGION}
  VERBOSITY: \${VERBOSITY:-debug}
  FLAG: \${FLAG}
  HOW: strict
  NODE_OPTIONS: --max-old-space-size=4096
mcp_servers:
  x: { command: npx, args: [-y, "some-server@1.2.3", "--dir", /srv/data, --mode=fast] }
`);
  const env = {
    MODEL: "opus",
    PLACE: "/tmp/a1b2c3d4e5f6",
    BRANCH: "feature/login-page",
    SUBJECT: "owner/repo",
    GITHUB_SHA: "9f86d081884c7d659a2feaa0c55ad015",
    ANY: "3000",
    USER: "ann-1234567890abcdef",
    NODE_ENV: "production",
    AWS_REGION: "us-east-1",
    FLAG: "true",
  };
  expect((await loadFiles(files, { env })).secrets).toEqual([]);
});

test("a problem shows no password of an address", async () => {
  const [problem] = await problemsOf(solo('max_turns: "${PLACE}"'), {
    PLACE: "postgres://ann:classified77@h",
  });
  expect(problem).toContain("must be a number");
  expect(problem).not.toContain("classified");
});
