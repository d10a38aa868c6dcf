import { createTestFleet, script, type ScriptBuilder } from "@herdctl/testing";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Job } from "@herdctl/core";
import { describe, expect, it } from "vitest";
import { processesOf } from "./processes.ts";

const schema = {
  type: "object",
  properties: { count: { type: "integer" } },
  required: ["count"],
};

async function runWith(
  expected: readonly Readonly<Record<string, unknown>>[],
  says: ScriptBuilder,
): Promise<Job> {
  await using test = await createTestFleet({
    agents: {
      writer: {
        default_prompt: "Write.",
        permission_mode: "bypassPermissions",
        expect: expected,
      },
    },
    scripts: { writer: says },
  });
  await writeFile(join(test.workspace("writer"), "old.md"), "old");
  await using fleet = test.manager();
  await fleet.initialize();
  const { id } = await fleet.trigger("writer");
  return fleet.waitForJob(id);
}

describe("a job that claims success", () => {
  it("is one when what it was expected to leave behind is there", async () => {
    const job = await runWith(
      [{ command: "test -s new.md" }, { file: "new.md", changed: true }, { file: "old.md" }],
      script().tool("Write", { file_path: "new.md", content: "new" }).text("Done."),
    );
    expect(job).toMatchObject({ status: "completed", exitReason: "success" });
    expect(job.result?.expect).toMatchObject([
      { type: "command", success: true },
      { type: "file", subject: "new.md", success: true },
      { type: "file", subject: "old.md", success: true },
    ]);
  });

  it("is unverified when it is not", async () => {
    const job = await runWith(
      [{ command: "echo 2 failed; exit 1" }, { file: "old.md", changed: true }, { file: "new.md" }],
      script().text("All tests pass."),
    );
    expect(job).toMatchObject({ status: "failed", exitReason: "unverified" });
    expect(job.error?.message).toContain(
      "3 of 3 checks failed: echo 2 failed; exit 1: exit code 1",
    );
    expect(job.result).toMatchObject({
      summary: "All tests pass.",
      expect: [
        { success: false, error: "exit code 1: 2 failed" },
        { success: false, error: "was not changed by the run" },
        { success: false, error: "does not exist" },
      ],
    });
  });

  it("gives the structured output that was asked for", async () => {
    const job = await runWith([{ json_schema: schema }], script().structured({ count: 3 }));
    expect(job).toMatchObject({
      status: "completed",
      result: { structuredOutput: { count: 3 }, expect: [{ success: true }] },
    });
  });

  it("is unverified without the structured output", async () => {
    const job = await runWith([{ json_schema: schema }], script().text("Three."));
    expect(job).toMatchObject({ status: "failed", exitReason: "unverified" });
  });

  it("is cancelled, with what it said, when that is asked for while it is checked", async () => {
    await using test = await createTestFleet({
      agents: {
        writer: { default_prompt: "Write.", expect: [{ command: "touch checking; sleep 60" }] },
      },
      scripts: { writer: script().text("Done.") },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("writer");
    const checking = join(test.workspace("writer"), "checking");
    await expect.poll(() => existsSync(checking)).toBe(true);
    await fleet.cancelJob(id);
    const job = fleet.getJob(id);
    expect(job).toMatchObject({ status: "cancelled", result: { summary: "Done." } });
    expect(processesOf(id)).toEqual([]);
  });

  it("that failed anyway is not checked", async () => {
    const job = await runWith([{ command: "false" }], script().error(401));
    expect(job.exitReason).toBe("auth");
    expect(job.result?.expect).toBeUndefined();
  });
});
