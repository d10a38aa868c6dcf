import { randomUUID } from "node:crypto";
import { mkdir, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { ResolvedExpect } from "../../src/config/resolved.ts";
import {
  checkExpectations,
  describeFailures,
  type ExpectRequest,
  snapshotExpectations,
} from "../../src/runner/expect.ts";
import type { ExpectResult } from "../../src/state/job-record.ts";
import { temporaryFolder } from "../temporary-folder.ts";

let workingDirectory: string;

beforeEach(async () => {
  workingDirectory = await temporaryFolder();
});

async function check(
  expected: readonly ResolvedExpect[],
  more: Partial<ExpectRequest> & { readonly run?: () => Promise<unknown> } = {},
): Promise<readonly ExpectResult[]> {
  const agent = { expect: expected, workingDirectory, qualifiedName: "writer" };
  const before = await snapshotExpectations(agent);
  await more.run?.();
  return checkExpectations({
    agent,
    jobId: `job-test-${randomUUID()}`,
    before,
    structuredOutput: undefined,
    env: { PATH: process.env["PATH"] ?? "" },
    signal: new AbortController().signal,
    onRecord: () => Promise.resolve(),
    ...more,
  });
}

const command = (text: string, timeout = 20_000): ResolvedExpect => ({
  type: "command",
  command: text,
  timeout,
});

describe("a command", () => {
  it.each([
    ["true", undefined],
    ["pwd | grep -q herdctl-test", undefined],
    ["echo 2 tests failed; exit 1", "exit code 1: 2 tests failed"],
    ["kill -KILL $$", "ended by SIGKILL"],
  ])("%s → %s", async (text, error) => {
    const [result] = await check([command(text)]);
    expect(result).toEqual({
      type: "command",
      subject: text,
      success: error === undefined,
      ...(error !== undefined && { error }),
    });
  });

  it("is ended at its timeout", async () => {
    const [result] = await check([command("sleep 60", 200)]);
    expect(result?.error).toBe("ended after its timeout of 200ms");
  });

  it("is not started for a job that was cancelled", async () => {
    expect(await check([command("true")], { signal: AbortSignal.abort("user") })).toEqual([]);
  });

  it("does not hold when it cannot be recorded", async () => {
    const onRecord = () => Promise.reject(new Error("taken over"));
    const [result] = await check([command("true")], { onRecord });
    expect(result).toMatchObject({ success: false, error: "taken over" });
  });
});

describe("a file", () => {
  const file = (changed: boolean): ResolvedExpect => ({ type: "file", path: "out/a.md", changed });
  const write = () => writeFile(join(workingDirectory, "out/a.md"), "text");

  beforeEach(() => mkdir(join(workingDirectory, "out")));

  it("must exist", async () => {
    expect(await check([file(false)])).toMatchObject([{ success: false, error: "does not exist" }]);
    expect(await check([file(false)], { run: write })).toMatchObject([{ success: true }]);
    await rm(join(workingDirectory, "out/a.md"));
    await mkdir(join(workingDirectory, "out/a.md"));
    expect(await check([file(false)])).toMatchObject([{ error: "is no file" }]);
  });

  it("must have been created or changed by the run", async () => {
    expect(await check([file(true)], { run: write })).toMatchObject([{ success: true }]);
    expect(await check([file(true)])).toMatchObject([{ error: "was not changed by the run" }]);
    const old = new Date("2020-01-01");
    const rewrite = async (): Promise<void> => {
      await writeFile(join(workingDirectory, "out/a.md"), "else");
      // A tool that keeps times does not hide the change.
      await utimes(join(workingDirectory, "out/a.md"), old, old);
    };
    expect(await check([file(true)], { run: rewrite })).toMatchObject([{ success: true }]);
  });
});

describe("a schema", () => {
  const schema: ResolvedExpect = {
    type: "json_schema",
    schema: {
      type: "object",
      properties: { count: { type: "integer", minimum: 1 }, tags: { type: "array" } },
      required: ["count"],
      additionalProperties: false,
    },
  };

  it.each([
    [{ count: 3 }, true],
    [{ count: 0 }, false],
    [{ count: 1.5 }, false],
    [{ count: 3, more: 1 }, false],
    [{}, false],
    ["text", false],
    [undefined, false],
  ])("holds for %o: %s", async (structuredOutput, success) => {
    const [result] = await check([schema], { structuredOutput });
    expect(result).toMatchObject({ type: "json_schema", success });
    expect(result?.error !== undefined).toBe(!success);
  });
});

describe("all checks", () => {
  it("are made, and what failed is told in one sentence", async () => {
    const results = await check([command("exit 2"), command("true"), command("exit 3")]);
    expect(describeFailures(results)).toBe(
      "The run claims success, but 2 of 3 checks failed: exit 2: exit code 2; exit 3: exit code 3",
    );
    expect(describeFailures(results.slice(1, 2))).toBeUndefined();
  });
});
