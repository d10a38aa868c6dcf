import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadConfig } from "@herdctl/core";
import { expect, onTestFinished, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

test("the fleet of the README loads without a warning", async () => {
  const folder = await mkdtemp(join(tmpdir(), "herdctl-readme-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const files = namedBlocks(readFileSync(join(root, "README.md"), "utf8"));
  for (const { path, text } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const { agents, warnings } = await loadConfig(join(folder, "herdctl.yaml"), { env: {} });
  expect(agents.map((agent) => agent.qualifiedName)).toEqual(["reviewer"]);
  expect(warnings).toEqual([]);
});

test.each(["choosing-a-runtime", "hooks-and-checks", "work-from-a-folder"])(
  "the agent of the guide %s loads without a warning",
  async (guide) => {
    const folder = await mkdtemp(join(tmpdir(), "herdctl-guide-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const page = join(root, "docs/src/content/docs/guides", `${guide}.md`);
    const [, agent = ""] = /^```yaml\n([\s\S]*?)^```/m.exec(readFileSync(page, "utf8")) ?? [];
    await writeFile(join(folder, "agent.yaml"), agent);
    const { agents, warnings } = await loadConfig(join(folder, "agent.yaml"), { env: {} });
    expect(agents).toHaveLength(1);
    expect(warnings).toEqual([]);
  },
);

test("the fleet of the guide notifications loads without a warning", async () => {
  const folder = await mkdtemp(join(tmpdir(), "herdctl-guide-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const page = join(root, "docs/src/content/docs/guides/notifications.md");
  const [, fleet = ""] = /^```yaml\n([\s\S]*?)^```/m.exec(readFileSync(page, "utf8")) ?? [];
  await writeFile(join(folder, "herdctl.yaml"), fleet);
  const config = await loadConfig(join(folder, "herdctl.yaml"), { env: {} });
  expect(config.fleet.notify?.on).toEqual(["failed", "missed", "waiting"]);
  expect(config.warnings).toEqual([]);
});

test.each(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])(
  "the links of %s lead to files",
  (document) => {
    const text = readFileSync(join(root, document), "utf8");
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
  },
);

const internals = "docs/src/content/docs/internals";

test.each([
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(root, internals)).map((page) => `${internals}/${page}`),
])("the paths that %s names exist", (document) => {
  const text = readFileSync(join(root, document), "utf8");
  const paths = [
    ...text.matchAll(
      /`((?:packages|scripts|config|state|processes|scheduler|runner|hooks|fleet-manager)\/[^`*<{\s]*)`/g,
    ),
  ];
  const places = ["", "packages/core/src"];
  const missing = paths.filter(
    ([, path = ""]) => !places.some((place) => existsSync(join(root, place, path))),
  );
  expect(missing.map(([, path]) => path)).toEqual([]);
});

test("the README has every command, and leads to every guide", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const pages = "docs/src/content/docs";
  const reference = readFileSync(join(root, pages, "reference/cli.md"), "utf8");
  const commands = [...reference.matchAll(/^## herdctl (\S+)$/gm)].map(([, name = ""]) => name);
  expect(commands.length).toBeGreaterThan(30);
  const [table = ""] = /^\| command [^]*?\n\n/m.exec(readme) ?? [];
  expect(commands.filter((name) => !new RegExp(`\`${name}[ \`]`).test(table))).toEqual([]);
  const guides = readdirSync(join(root, pages, "guides"));
  expect(guides.filter((guide) => !readme.includes(`(${pages}/guides/${guide})`))).toEqual([]);
});

/** YAML blocks whose file is named in the line above. */
function namedBlocks(markdown: string): { readonly path: string; readonly text: string }[] {
  const blocks = markdown.matchAll(/^`([\w./-]+)`:\n+```yaml\n([\s\S]*?)^```/gm);
  return [...blocks].map(([, path = "", text = ""]) => ({ path, text }));
}
