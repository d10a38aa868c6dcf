import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { checkLayers } from "./layers.mjs";

const repository = fileURLToPath(new URL("..", import.meta.url));

async function tree(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "herdctl-layers-"));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

const core = "packages/core/src";

test.each<[title: string, path: string, text: string, problem: string]>([
  [
    "a lower layer importing a higher one",
    `${core}/state/store.ts`,
    'import { Scheduler } from "../scheduler/scheduler.ts";',
    "`scheduler` is above it",
  ],
  [
    "a neighbour",
    `${core}/runner/runner.ts`,
    'import { Scheduler } from "../scheduler/scheduler.ts";',
    "`scheduler` is its neighbour",
  ],
  [
    "the kernel importing a layer",
    `${core}/ids.ts`,
    'import { load } from "./config/load.ts";',
    "`config` is above it",
  ],
  [
    "a type-only import",
    `${core}/config/load.ts`,
    'import type { StateStore } from "../state/store.ts";',
    "`state` is above it",
  ],
  [
    "a type named in place",
    `${core}/config/load.ts`,
    'export type Store = import("../state/store.ts").StateStore;',
    "`state` is above it",
  ],
  [
    "a dynamic import",
    `${core}/config/load.ts`,
    'export const store = () => import("../state/store.ts");',
    "`state` is above it",
  ],
  [
    "a re-export",
    `${core}/config/load.ts`,
    'export * from "../state/store.ts";',
    "`state` is above it",
  ],
  ["a folder without a layer", `${core}/extra/a.ts`, 'import "../ids.ts";', "has no layer yet"],
  [
    "the entry file imported from inside",
    `${core}/config/load.ts`,
    'import { a } from "../index.ts";',
    "only other packages",
  ],
  [
    "code importing a test",
    `${core}/ids.ts`,
    'import "./ids.test.ts";',
    "does not import its tests",
  ],
  [
    "a path into another package",
    "packages/cli/src/main.ts",
    'import { load } from "../../core/src/config/load.ts";',
    "imported by its name",
  ],
  [
    "a path into a package from outside",
    "e2e/fleet.test.ts",
    'import { load } from "../packages/core/src/config/load.ts";',
    "imported by its name",
  ],
  [
    "a deep import by name",
    "packages/cli/src/main.ts",
    'import { load } from "@herdctl/core/dist/config/load.js";',
    "deep import",
  ],
  [
    "a package above",
    `${core}/config/load.ts`,
    'import { contract } from "@herdctl/web";',
    "may not depend on packages/web",
  ],
  [
    "the command line as a library",
    "packages/web/src/server.ts",
    'import "herdctl";',
    "may not depend on packages/cli",
  ],
  [
    "a package without a rule",
    "packages/extra/src/index.ts",
    'import "@herdctl/core";',
    "has no rule yet",
  ],
])("refuses %s", async (_title, path, text, problem) => {
  const { problems } = checkLayers(await tree({ [path]: text }));
  expect(problems).toEqual([expect.stringContaining(problem)]);
});

test("refuses a cycle, even one of types", async () => {
  const root = await tree({
    [`${core}/config/a.ts`]: 'import "./b.ts";',
    [`${core}/config/b.ts`]: 'import type { C } from "./c.ts";',
    [`${core}/config/c.ts`]: 'import "./a.ts";',
  });
  const at = `${core}/config`;
  expect(checkLayers(root).problems).toEqual([
    `cycle: ${at}/a.ts → ${at}/b.ts → ${at}/c.ts → ${at}/a.ts`,
  ]);
});

test("accepts the directions that the layers allow", async () => {
  const root = await tree({
    [`${core}/index.ts`]: 'export * from "./fleet-manager/fleet.ts";',
    [`${core}/fleet-manager/fleet.ts`]: 'import "../runner/run.ts"; import "../ids.ts";',
    [`${core}/runner/run.ts`]: 'import "../state/store.ts"; import "./runtime/sdk.ts";',
    [`${core}/runner/runtime/sdk.ts`]: 'import "node:fs"; import "zod";',
    [`${core}/state/store.test.ts`]: 'import "./store.ts"; import "@herdctl/testing";',
    "packages/core/test/state/store.test.ts": 'import "../../src/state/store.ts";',
    "packages/cli/src/main.ts": 'import "@herdctl/core"; await import("@herdctl/web");',
  });
  expect(checkLayers(root)).toEqual({ files: 7, problems: [] });
});

test("really reads the repository", () => {
  expect(checkLayers(repository).files).toBeGreaterThan(100);
});

test("fails the command and says where", async () => {
  const root = await tree({ [`${core}/ids.ts`]: 'import "./config/load.ts";' });
  const failure = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
    const command = [join(repository, "scripts/layers.mjs"), root];
    execFile(process.execPath, command, (error, _stdout, stderr) => {
      resolve({ code: error?.code, stderr });
    });
  });
  expect(failure.code).toBe(1);
  expect(failure.stderr).toContain(`${core}/ids.ts imports ./config/load.ts`);
});
