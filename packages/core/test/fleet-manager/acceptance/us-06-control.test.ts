import { createTestFleet, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { processesOf } from "../processes.ts";
import { startJob } from "../start-job.ts";

const stubborn =
  "import signal,time\nfor s in (2,15): signal.signal(s, signal.SIG_IGN)\ntime.sleep(60)";
const agents = { a: { default_prompt: "x", permission_mode: "bypassPermissions" } };

describe("US-6: job control", () => {
  it("cancelJob(jobId) cancels a running job gracefully", async () => {
    await using test = await createTestFleet({
      agents,
      scripts: { a: script().text("hi").stall() },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const id = await startJob(fleet);
    await fleet.cancelJob(id);
    expect(fleet.getJob(id)).toMatchObject({ status: "cancelled", exitReason: "cancelled" });
  });

  it("forkJob(jobId, modifications?) creates new job based on existing one", async () => {
    await using test = await createTestFleet({ agents, scripts: { a: script().text("done") } });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    await fleet.waitForJob(id);
    const fork = await fleet.forkJob(id);
    expect(fork).toMatchObject({ trigger: "fork", forkedFrom: id, prompt: "x" });
    expect((await fleet.waitForJob(fork.id)).status).toBe("completed");
  });

  it("cancel sends SIGTERM, waits for graceful shutdown, then SIGKILL", async () => {
    const tool = script().tool("Bash", { command: `python3 -c '${stubborn}'` });
    await using test = await createTestFleet({ agents, scripts: { a: tool } });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    await expect.poll(() => processesOf(id).length).toBeGreaterThan(2);
    await fleet.cancelJob(id);
    expect(processesOf(id)).toEqual([]);
    expect(fleet.getJob(id).status).toBe("cancelled");
  });

  it("fork copies job config and optionally applies modifications", async () => {
    await using test = await createTestFleet({
      agents: { a: { ...agents.a, max_turns: 7 } },
      scripts: { a: script().text("done") },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    await fleet.waitForJob(id);
    const fork = await fleet.forkJob(id, {
      promptOverride: "Also check",
      model: "claude-haiku-4-5",
    });
    await fleet.waitForJob(fork.id);
    const request = test.server.requests.findLast(({ kind }) => kind === "main");
    expect(request?.model).toContain("haiku");
    expect(JSON.stringify(request?.messages)).toContain("Also check");
  });

  it("both operations emit appropriate events", async () => {
    await using test = await createTestFleet({ agents, scripts: { a: script().stall() } });
    await using fleet = test.manager();
    const events: string[] = [];
    fleet.on("job:created", ({ job }) => events.push(`created ${job.forkedFrom ?? "-"}`));
    fleet.on("job:cancelled", ({ reason }) => events.push(`cancelled ${reason}`));
    fleet.on("agent:stopped", ({ reason }) => events.push(`stopped ${reason}`));
    fleet.on("job:failed", () => events.push("failed"));
    await fleet.initialize();
    const id = await startJob(fleet);
    await fleet.cancelJob(id);
    const fork = await fleet.forkJob(id);
    await fleet.cancelJob(fork.id);
    expect(events).toEqual([
      "created -",
      "stopped cancelled",
      "cancelled user",
      `created ${id}`,
      "stopped cancelled",
      "cancelled user",
    ]);
  });
});
