import { describe, expect, it } from "vitest";
import type { ProcessRecord } from "../../state/job-record.ts";
import { type EndedRun, toFailure } from "./cli-failure.ts";

const record: ProcessRecord = { pid: 1, startTicks: 1, bootId: "b", marker: "job-1" };

interface Given {
  readonly exitCode?: number;
  readonly signal?: NodeJS.Signals;
  readonly hasSpoken?: boolean;
  readonly adopted?: boolean;
  readonly aborted?: boolean;
  readonly stderr?: string;
}

function failure(given: Given): Error | undefined {
  const run: EndedRun = {
    options: {
      jobId: "job-1",
      launcher: { claudePath: "/bin/claude" },
      files: { stderr: "/dev/null" },
      signal: given.aborted ? AbortSignal.abort("user") : new AbortController().signal,
      ...(given.adopted && { adopt: record }),
    },
    claude: { exitCode: given.exitCode ?? null, signalCode: given.signal ?? null },
    hasSpoken: given.hasSpoken ?? false,
  };
  return toFailure(run, given.stderr ?? "");
}

describe("why a claude ended without a result", () => {
  it.each<[string, Given]>([
    ["it was asked to stop", { aborted: true, exitCode: 1, stderr: "oh" }],
    ["a signal ended it", { signal: "SIGKILL" }],
    ["a signal ended it, as it says itself", { exitCode: 143, stderr: "oh" }],
    [
      "an adopted one stopped in the middle",
      { adopted: true, hasSpoken: true, stderr: "a warning" },
    ],
    ["it ended in good order without a word", { exitCode: 0 }],
  ])("is nothing of its own where %s", (_when, given) => {
    expect(failure(given)).toBeUndefined();
  });

  it.each<[string, Given, string, RegExp]>([
    ["an adopted one never began", { adopted: true }, "NEVER_BEGAN", /before claude could begin/],
    [
      "it says why",
      { exitCode: 1, stderr: "Session ID s1 is already in use.\n" },
      "SDK_ERROR",
      /^Session ID s1 is already in use\.$/,
    ],
    [
      "an adopted one says why",
      { adopted: true, stderr: "Session ID s1 is already in use.\n" },
      "SDK_ERROR",
      /in use/,
    ],
    [
      "it only exits with a code",
      { exitCode: 7, hasSpoken: true },
      "SDK_ERROR",
      /ended with code 7 without a result/,
    ],
    [
      "it is not there",
      { exitCode: 127, stderr: "x: 3: exec: /bin/claude: not found" },
      "CLAUDE_NOT_FOUND",
      /npm install/,
    ],
    [
      "it is too old",
      { exitCode: 1, stderr: "error: unknown option '--permission-prompts'" },
      "CLAUDE_NOT_FOUND",
      /npm install/,
    ],
  ])("is told where %s", (_when, given, code, message) => {
    expect(failure(given)).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
