import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const project = (name: string, include: string[], timeout: number) => ({
  extends: true as const,
  test: { name, include, testTimeout: timeout, hookTimeout: timeout },
});

// Its files import little: they start commands, which a fork of their own ends with them.
const endToEnd = (wanted: ReturnType<typeof project>) => ({
  ...wanted,
  test: { ...wanted.test, isolate: true, setupFiles: ["e2e/end-commands.ts"] },
});

const packageProject = (name: string) =>
  project(
    name,
    [`packages/${name}/src/**/*.test.ts`, `packages/${name}/test/**/*.test.ts`],
    180_000,
  );

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
    // They mostly wait for those processes; the default leaves most of a small machine idle.
    maxWorkers: 2 * availableParallelism(),
    projects: [
      packageProject("core"),
      packageProject("testing"),
      packageProject("web"),
      packageProject("cli"),
      project("repo", ["scripts/**/*.test.ts"], 120_000),
      endToEnd(project("e2e", ["e2e/**/*.test.ts"], 180_000)),
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
