import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { agentIn, loadFiles, writeFiles } from "./files.ts";

const contained = { "herdctl.yaml": "agents: [agents/*.yaml]\ndefaults: { docker: true }\n" };

test("an agent file of a container may name what is in its own folder", async () => {
  const agent = `
name: a
working_directory: work
plugins: [./plugin]
repo: ./repository
work_source: { type: folder, path: tasks }
schedules: { s: { type: interval, interval: 1h, prompt_file: prompts/s.md } }
`;
  const files = { ...contained, "agents/a.yaml": agent, "agents/prompts/s.md": "Go." };
  expect(agentIn(await loadFiles(files), "a").workingDirectory).toMatch(/\/agents\/work$/);
});

test("a link in its folder that leads elsewhere is refused", async () => {
  const dir = await writeFiles({
    ...contained,
    "agents/a.yaml": "name: a\nworking_directory: link/deeper\n",
  });
  await mkdir(join(dir, "elsewhere"));
  await symlink(join(dir, "elsewhere"), join(dir, "agents", "link"));
  const loading = loadConfig(join(dir, "herdctl.yaml"), { cwd: dir, env: {} });
  await expect(loading).rejects.toThrow(/workspace outside its own folder/);
});

test("a fleet file decides which hooks of a container run on the host", async () => {
  const hook = "{ type: shell, command: x }";
  const config = await loadFiles({
    "herdctl.yaml": `
defaults: { docker: true, hooks: { before_run: [${hook}], after_run: [${hook}] } }
agents:
  - agents/own.yaml
  - { path: agents/over.yaml, overrides: { hooks: { after_run: [${hook}] } } }
  - { path: agents/bare.yaml, overrides: { docker: false } }
`,
    "agents/own.yaml": `name: own\nhooks: { after_run: [${hook}] }\n`,
    "agents/over.yaml": `name: over\nhooks: { after_run: [${hook}], on_error: [${hook}] }\n`,
    "agents/bare.yaml": "name: bare\n",
  });
  const placesOf = (name: string) => {
    const { beforeRun, afterRun, onError } = agentIn(config, name).hooks;
    return [beforeRun, afterRun, onError].map(([first]) => first && first.onHost === true);
  };
  expect(placesOf("own")).toEqual([true, false, undefined]);
  expect(placesOf("over")).toEqual([true, true, false]);
  expect(placesOf("bare")).toEqual([false, false, undefined]);
});

test("the hooks of an agent that no fleet refers to are the operator's", async () => {
  const agent = "name: a\ndocker: true\nhooks: { after_run: [{ type: shell, command: x }] }\n";
  const config = await loadFiles({ "a.yaml": agent }, { entry: "a.yaml" });
  expect(agentIn(config, "a").hooks.afterRun).toMatchObject([{ onHost: true }]);
});
