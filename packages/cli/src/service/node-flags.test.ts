import { expect, test } from "vitest";
import { flagsForService } from "./node-flags.ts";

test.each<[given: readonly string[], kept: readonly string[]]>([
  [[], []],
  [["--import", "./tracing.mjs"], ["--import=/here/tracing.mjs"]],
  [["--import=../tracing.mjs"], ["--import=/tracing.mjs"]],
  [["--import", "/opt/tracing.mjs"], ["--import=/opt/tracing.mjs"]],
  [["--import", "@scope/tracing"], ["--import=@scope/tracing"]],
  [
    ["-r", "./a.cjs", "--require", "b"],
    ["-r", "/here/a.cjs", "--require=b"],
  ],
  [["--env-file=more.env"], ["--env-file=/here/more.env"]],
  [
    ["--max-old-space-size=512", "--use-system-ca"],
    ["--max-old-space-size=512", "--use-system-ca"],
  ],
  [["--inspect=9229", "--watch", "--import", "./a.mjs"], ["--import=/here/a.mjs"]],
  [["--conditions", "development"], ["--conditions=development"]],
])("of %j, a service gets %j", (given, kept) => {
  expect(flagsForService(given, "/here")).toEqual(kept);
});
