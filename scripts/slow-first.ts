import type { TestSpecification } from "vitest/node";
import { BaseSequencer } from "vitest/node";

/** Those that take longest, longest first. */
export const slowFiles: readonly string[] = [
  "packages/core/test/runtimes/conformance.test.ts",
  "packages/core/test/containers/warm-trouble.test.ts",
  "e2e/commands.test.ts",
  "packages/core/test/approvals/questions.test.ts",
  "e2e/chaos.test.ts",
  "packages/core/test/approvals/approvals.test.ts",
  "packages/core/test/containers/options.test.ts",
  "packages/core/test/approvals/interrupted.test.ts",
  "packages/core/test/containers/warm.test.ts",
  "packages/core/test/containers/attacks.test.ts",
  "packages/testing/test/claude-cli.test.ts",
  "packages/core/test/containers/approvals.test.ts",
  "e2e/disk.test.ts",
  "packages/core/test/containers/credentials.test.ts",
  "e2e/controls.test.ts",
  "e2e/four-ways.test.ts",
  "e2e/trigger.test.ts",
  "e2e/full-screen.test.ts",
  "e2e/lost-daemon.test.ts",
];

/** Starts the slow files of all projects first: one that starts last is waited for alone. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- not that of an array
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const index = slowFiles.findIndex((file) => moduleId.endsWith(`/${file}`));
  return index === -1 ? slowFiles.length : index;
}
