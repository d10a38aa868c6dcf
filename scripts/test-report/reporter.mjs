import { writeFileSync } from "node:fs";
import { relative } from "node:path";

/**
 * What a test run came to.
 * @typedef {object} Report
 * @property {readonly { readonly name: string, readonly state: string }[]} tests
 * @property {readonly string[]} errors What failed outside any test: a file that does not load, a
 *   hook that throws, a rejection that nobody handles.
 */

/** Leaves a {@link Report} in the file named by HERDCTL_TEST_REPORT; prints nothing. */
export default class {
  /**
   * @param {readonly import("vitest/node").TestModule[]} modules
   * @param {readonly import("vitest").SerializedError[]} unhandled
   */
  onTestRunEnd(modules, unhandled) {
    /** @type {Report} */
    const report = {
      tests: modules.flatMap((module) =>
        [...module.children.allTests()].map((test) => ({
          name: `${fileOf(module)} > ${test.fullName}`,
          state: test.result().state,
        })),
      ),
      errors: [
        ...modules.flatMap((module) => [
          ...module.errors().map((error) => `${fileOf(module)}: ${error.message}`),
          ...[...module.children.allSuites()].flatMap((suite) =>
            suite
              .errors()
              .map((error) => `${fileOf(module)} > ${suite.fullName}: ${error.message}`),
          ),
        ]),
        ...unhandled.map((error) => `unhandled: ${error.message}`),
      ],
    };
    const file = process.env.HERDCTL_TEST_REPORT;
    if (file) writeFileSync(file, JSON.stringify(report));
  }
}

/** @param {import("vitest/node").TestModule} module */
function fileOf(module) {
  return relative(process.cwd(), module.moduleId);
}
