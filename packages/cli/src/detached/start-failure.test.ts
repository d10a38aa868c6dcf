import { expect, test } from "vitest";
import { startFailure } from "./start-failure.ts";

const log = { pid: 7, logFile: "/s/logs/console.log", said: "boom" };

test("a daemon's own error is told with its code and facts", () => {
  const error = { code: "STATE_LOCKED", message: "In use.", stateDir: "/s" };
  expect(startFailure({ error }, log)).toMatchObject({
    code: "STATE_LOCKED",
    message: "In use.",
    context: { stateDir: "/s" },
  });
  expect(startFailure({ error: { code: "NEW", message: "?" } }, log).code).toBe("INTERNAL");
});

test.each([
  [{ exitCode: 9 }, "INTERNAL", "The daemon ended with exit code 9 before it was ready."],
  [{ exitCode: null }, "INTERNAL", "The daemon was killed before it was ready."],
  [{ late: true } as const, "TIMEOUT", "The daemon (process 7) is not ready yet"],
])("of %j, the end of its log tells more", (outcome, code, sentence) => {
  const failure = startFailure(outcome, log);
  expect(failure.code).toBe(code);
  expect(failure.message).toContain(sentence);
  expect(failure.message).toMatch(/Its log is \/s\/logs\/console\.log\.\nboom$/);
});
