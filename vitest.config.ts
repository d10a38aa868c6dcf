import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Deadlines of what never happens; how long things take is measured in bench/.
const project = (name: string, include: string[]) => ({
  extends: true as const,
  test: {
    name,
    include,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 240_000, interval: 20 } },
  },
});

// Its files import little: they start commands, which a fork of their own ends with them.
const endToEnd = (wanted: ReturnType<typeof project>) => ({
  ...wanted,
  test: { ...wanted.test, isolate: true, setupFiles: ["e2e/end-commands.ts"] },
});

const packageProject = (name: string) =>
  project(name, [`packages/${name}/src/**/*.test.ts`, `packages/${name}/test/**/*.test.ts`]);

const coveredModules = [
  "config",
  "state",
  "processes",
  "scheduler",
  "runner",
  "hooks",
  "work-sources",
  "doctor",
  "installing",
  "fleet-manager",
];

export default defineConfig({
  resolve: { conditions: ["herdctl-source"] },
  ssr: { resolve: { conditions: ["herdctl-source", "node"] } },
  test: {
    // Forks, for tests send signals and end processes. A file cleans up behind itself, so the
    // next one finds what all of them import already there.
    pool: "forks",
    isolate: false,
    // What a test starts from the sources would compile them anew each time.
    env: {
      NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/compiled", import.meta.url)),
    },
    // Some wait, most start processes that compute: one file more than cores keeps a small machine
    // busy, and what is measured in seconds stays possible on a slow one.
    maxWorkers: availableParallelism() + 1,
    // Of the tests that ask for it; each of them runs several processes at once.
    maxConcurrency: availableParallelism(),
    projects: [
      packageProject("core"),
      packageProject("testing"),
      packageProject("web"),
      packageProject("cli"),
      project("repo", ["scripts/**/*.test.ts"]),
      endToEnd(project("e2e", ["e2e/**/*.test.ts"])),
    ],
    coverage: {
      provider: "v8",
      // The command line is covered by e2e, in processes of its own.
      include: ["packages/{core,testing,web}/src/**/*.ts"],
      exclude: ["**/*.test.ts"],
      reporter: [["text", { skipFull: true }], "html"],
      thresholds: Object.fromEntries(
        coveredModules.map((name) => [`packages/core/src/${name}/**`, { lines: 90 }]),
      ),
    },
  },
});
