import { expect, it } from "vitest";
import { toStartFailure } from "./start-failure.ts";

it.each([
  [127, "sh: 3: exec: /bin/claude: not found", "cannot be started (not found)"],
  [126, "sh: 3: exec: /bin/claude: Permission denied", "cannot be started (Permission denied)"],
  [null, "sh: 3: exec: /bin/claude: not found\n", "cannot be started (not found)"],
  [
    1,
    "error: unknown option '--permission-prompts'",
    "is too old (error: unknown option '--permission-prompts')",
  ],
  [null, "error: unknown option '--name'", "is too old (error: unknown option '--name')"],
  [1, "Error: Session ID 1 is already in use.", undefined],
  [0, "", undefined],
  [null, "", undefined],
] as const)("an end with %s and %j", (exitCode, stderr, problem) => {
  const failure = toStartFailure({ claudePath: "/bin/claude", exitCode, stderr });
  if (problem === undefined) return expect(failure).toBeUndefined();
  expect(failure).toMatchObject({
    code: "CLAUDE_NOT_FOUND",
    message: `/bin/claude ${problem}. Run "npm install -g @anthropic-ai/claude-code@latest".`,
  });
});
