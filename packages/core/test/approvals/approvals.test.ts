import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type FleetManager, type FleetEvents } from "@herdctl/core";
import {
  createTestFleet,
  inPrompt,
  type ScriptBuilder,
  script,
  type TestFleet,
} from "@herdctl/testing";
import { describe, expect, it } from "vitest";

const push = script().tool("Bash", { command: "echo pushed >> side.txt" }).text("Done.");
const soon = { tools: ["Bash(echo pushed*)"], hold: "300ms", expires: "1h" };

function agent(more: object = {}): Record<string, unknown> {
  return { permission_mode: "bypassPermissions", approvals: soon, ...more };
}

async function begin(fleet: FleetManager, source: ScriptBuilder): Promise<string> {
  const { id } = await fleet.trigger("a", undefined, {
    promptOverride: `Go. ${inPrompt(source)}`,
  });
  return id;
}

async function waiting(fleet: FleetManager): Promise<FleetEvents["job:waiting"][0]> {
  const [event] = await once(fleet, "job:waiting");
  return event;
}

const sideOf = (test: TestFleet): Promise<string> =>
  readFile(join(test.workspace("a"), "side.txt"), "utf8");

describe("a tool call that needs an approval", () => {
  it.each(["default", "acceptEdits", "bypassPermissions"])(
    "waits without a process and a place, and runs once when it is allowed (%s)",
    async (mode) => {
      await using test = await createTestFleet({ agents: { a: agent({ permission_mode: mode }) } });
      await using fleet = test.manager();
      const events: string[] = [];
      fleet.on("approval:requested", ({ approval }) => events.push(approval.status));
      fleet.on("approval:answered", ({ approval }) => events.push(approval.status));
      await fleet.initialize();
      const parked = waiting(fleet);
      const id = await begin(fleet, push);
      await parked;
      const [approval, ...others] = fleet.getApprovals({ status: "pending" });
      expect(others).toEqual([]);
      expect(approval).toMatchObject({
        jobId: id,
        kind: "approval",
        toolName: "Bash",
        input: { command: "echo pushed >> side.txt" },
        default: "deny",
      });
      expect(fleet.getJob(id)).toMatchObject({
        status: "waiting",
        waitingFor: "approval",
        approvalId: approval?.id,
      });
      expect(fleet.getAgent("a").concurrency.running).toBe(0);
      expect(existsSync(join(test.workspace("a"), "side.txt"))).toBe(false);
      await fleet.answerApproval(approval?.id ?? "", { decision: "allow" }, { by: "ann" });
      const job = await fleet.waitForJob(id);
      expect(job).toMatchObject({ status: "completed", attempt: 2, result: { summary: "Done." } });
      expect(await sideOf(test)).toBe("pushed\n");
      expect(events).toEqual(["pending", "allowed"]);
    },
  );

  it("is refused with the reason when it is denied", async () => {
    await using test = await createTestFleet({ agents: { a: agent() } });
    await using fleet = test.manager();
    await fleet.initialize();
    const parked = waiting(fleet);
    const id = await begin(fleet, push);
    await parked;
    const [approval] = fleet.getApprovals();
    await fleet.answerApproval(approval?.id ?? "", { decision: "deny", reason: "Not on Friday." });
    const job = await fleet.waitForJob(id);
    expect(job.output).toContain("A person denied this. They say: Not on Friday.");
    expect(job.result?.permissionDenials).toMatchObject([{ toolName: "Bash" }]);
    expect(existsSync(join(test.workspace("a"), "side.txt"))).toBe(false);
  });
});
