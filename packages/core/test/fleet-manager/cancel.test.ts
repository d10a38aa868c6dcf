import { once } from "node:events";
import { createTestFleet, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { processesOf } from "./processes.ts";

const busy = script()
  .text("Starting.")
  .tool("Bash", {
    command:
      'setsid python3 -c "import time; time.sleep(60)" & python3 -c "import time; time.sleep(60)"',
  })
  .text("never");

const agents = { a: { default_prompt: "x", permission_mode: "bypassPermissions" } };

describe("cancel", () => {
  it("ends everything the job started, then records it, with its partial output and session", async () => {
    await using test = await createTestFleet({ agents, scripts: { a: busy } });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    for await (const line of fleet.streamJobLines(id)) if (line.type === "tool_use") break;
    await expect.poll(() => processesOf(id).length, { timeout: 10_000 }).toBeGreaterThan(3);
    const cancelled = once(fleet, "job:cancelled");
    await Promise.all([fleet.cancelJob(id), fleet.cancelJob(id)]);
    expect(processesOf(id)).toEqual([]);
    const job = fleet.getJob(id);
    expect(job).toMatchObject({
      status: "cancelled",
      exitReason: "cancelled",
      cancelCause: "user",
    });
    expect(job.output).toContain("Starting.");
    expect(job.sessionId).toBeDefined();
    expect(await cancelled).toEqual([{ jobId: id, reason: "user" }]);
    await expect(fleet.cancelJob(id)).rejects.toMatchObject({ code: "INVALID_STATE" });
  });

  it("from another process reaches the owner", async () => {
    await using test = await createTestFleet({ agents, scripts: { a: script().stall() } });
    await using owner = test.manager();
    await using other = test.manager();
    await owner.initialize();
    await other.initialize();
    const { id } = await owner.trigger("a");
    await expect.poll(() => other.getJob(id).status).toBe("running");
    await other.cancelJob(id);
    expect(other.getJob(id).status).toBe("cancelled");
    expect(processesOf(id)).toEqual([]);
  });

  it("takes a queued job out of the queue", async () => {
    await using test = await createTestFleet({ agents, scripts: { a: script().stall() } });
    await using fleet = test.manager();
    await fleet.initialize();
    const first = await fleet.trigger("a");
    const second = await fleet.trigger("a");
    await fleet.cancelJob(second.id);
    expect(fleet.getJob(second.id)).toMatchObject({ status: "cancelled", attempt: 0 });
    await fleet.cancelJob(first.id);
    expect(fleet.getQueue().total).toBe(0);
  });
});
