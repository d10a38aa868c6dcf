import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const project = (name: string, include: string[], timeout: number) => ({
  extends: true as const,
  test: { name, include, testTimeout: timeout, hookTimeout: timeout },
});

const withSetup = (wanted: ReturnType<typeof project>, file: string) => ({
  ...wanted,
  test: { ...wanted.test, setupFiles: [file] },
});

const packageProject = (name: string) =>
  project(
    name,
    [`packages/${name}/src/**/*.test.ts`, `packages/${name}/test/**/*.test.ts`],
    60_000,
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
    // Real processes and real files: a fork per file keeps their state apart.
    pool: "forks",
    // They mostly wait for those processes; the default leaves most of a small machine idle.
    maxWorkers: 2 * availableParallelism(),
    projects: [
      packageProject("core"),
      packageProject("testing"),
      packageProject("web"),
      packageProject("cli"),
      project("repo", ["scripts/**/*.test.ts"], 120_000),
      withSetup(project("e2e", ["e2e/**/*.test.ts"], 120_000), "e2e/end-commands.ts"),
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
