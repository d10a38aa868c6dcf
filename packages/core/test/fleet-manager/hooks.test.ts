import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestFleet, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";

describe("hooks of a job", () => {
  it("run in the workspace with the context on stdin and in variables", async () => {
    await using test = await createTestFleet({
      agents: {
        writer: {
          default_prompt: "Write.",
          identity: { name: "Scribe" },
          hooks: {
            before_run: [{ type: "shell", command: "cat >before.json" }],
            after_run: [
              { type: "shell", name: "save", command: 'cat >after.json; echo "$HERDCTL_EVENT"' },
              { type: "shell", command: "touch wrong", on_events: ["failed"] },
              { type: "shell", command: "touch right", when: "metadata.publish" },
              { type: "shell", command: "touch wrong", when: "metadata.missing.deep" },
            ],
            on_error: [{ type: "shell", command: "touch wrong" }],
          },
        },
      },
      scripts: { writer: script().text("Written.") },
    });
    const workspace = test.workspace("writer");
    await writeFile(join(workspace, "metadata.json"), '{"publish": true}');
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("writer");
    const job = await fleet.waitForJob(id);
    expect(job).toMatchObject({ status: "completed", exitReason: "success" });
    const read = (name: string): unknown => JSON.parse(readFileSync(join(workspace, name), "utf8"));
    expect(read("before.json")).toMatchObject({
      event: "before_run",
      job: { id, agentId: "writer", trigger: "manual", prompt: "Write." },
      agent: { id: "writer", name: "Scribe" },
      metadata: { publish: true },
    });
    expect(read("after.json")).toMatchObject({
      event: "completed",
      job: { id, exitReason: "success", sessionId: job.sessionId, durationMs: expect.any(Number) },
      result: { success: true, output: "Written." },
    });
    expect(existsSync(join(workspace, "right"))).toBe(true);
    expect(existsSync(join(workspace, "wrong"))).toBe(false);
    expect(job.result?.hooks).toMatchObject([
      { phase: "before_run", hookType: "shell", success: true, exitCode: 0 },
      { phase: "after_run", name: "save", success: true, output: "completed\n" },
      { phase: "after_run", index: 2, success: true },
    ]);
  });
});
