import type { TestSpecification } from "vitest/node";
import { BaseSequencer } from "vitest/node";

/**
 * Those that would be waited for alone at the end, longest first. Few: what is slow is so for the claudes
 * and containers that it starts, and many such files at once only slow each other down.
 */
export const slowFiles: readonly string[] = [
  "packages/core/test/runtimes/conformance.test.ts",
  "packages/core/test/containers/warm-trouble.test.ts",
  "e2e/chaos.test.ts",
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
