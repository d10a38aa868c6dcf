import { defineConfig } from "vitest/config";

const project = (name: string, include: string[], timeout = 10_000) => ({
  extends: true as const,
  test: { name, include, testTimeout: timeout, hookTimeout: timeout },
});

export default defineConfig({
  resolve: { conditions: ["herdctl-source"] },
  ssr: { resolve: { conditions: ["herdctl-source", "node"] } },
  test: {
    // Real processes and real files: a fork per file keeps their state apart.
    pool: "forks",
    projects: [
      project(
        "core",
        ["packages/core/src/**/*.test.ts", "packages/core/test/**/*.test.ts"],
        60_000,
      ),
      project(
        "testing",
        ["packages/testing/src/**/*.test.ts", "packages/testing/test/**/*.test.ts"],
        60_000,
      ),
      project("web", ["packages/web/src/**/*.test.ts", "packages/web/test/**/*.test.ts"], 60_000),
      project("cli", ["packages/cli/src/**/*.test.ts", "packages/cli/test/**/*.test.ts"], 60_000),
      project("repo", ["scripts/**/*.test.ts"], 120_000),
      project("e2e", ["e2e/**/*.test.ts"], 120_000),
    ],
  },
});
