import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inPrompt, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { openStage, push } from "./stage.ts";

const runtimes = ["sdk", "cli"] as const;

describe.each(runtimes)("with the %s runtime, a call that needs an approval", (runtime) => {
  it.each(["default", "acceptEdits", "bypassPermissions"])(
    "waits without a process and a place, and runs once when it is allowed (%s)",
    async (mode) => {
      await using stage = await openStage({ runtime, permission_mode: mode });
      const { fleet } = stage;
      const events: string[] = [];
      fleet.on("approval:requested", ({ approval }) => events.push(approval.status));
      fleet.on("approval:answered", ({ approval }) => events.push(approval.status));
      const id = await stage.begin(push);
      const approval = await stage.parked(id);
      expect(approval).toMatchObject({
        jobId: id,
        agentName: "a",
        kind: "approval",
        status: "pending",
        toolName: "Bash",
        input: { command: "echo pushed >> side.txt" },
        default: "deny",
      });
      expect(fleet.getJob(id)).toMatchObject({
        waitingFor: "approval",
        wakeAt: approval.expiresAt,
      });
      expect(fleet.getAgent("a").concurrency.running).toBe(0);
      expect(await stage.ran()).toBe("");
      await fleet.answerApproval(approval.id, { decision: "allow" }, { by: "ann" });
      const job = await stage.done(id);
      expect(job).toMatchObject({ status: "completed", attempt: 2, result: { summary: "Done." } });
      expect(job).not.toHaveProperty("approvalId");
      expect(await stage.ran()).toBe("pushed\n");
      expect(events).toEqual(["pending", "allowed"]);
      expect(fleet.getApprovals({ status: "allowed" })).toMatchObject([{ answeredBy: "ann" }]);
    },
  );

  it("is refused with the reason when it is denied", async () => {
    await using stage = await openStage({ runtime });
    const id = await stage.begin(push);
    const { id: asked } = await stage.parked(id);
    await stage.fleet.answerApproval(asked, { decision: "deny", reason: "Not on Friday." });
    const job = await stage.done(id);
    expect(job.output).toContain("A person denied this. They say: Not on Friday.");
    expect(job).toMatchObject({ status: "failed", exitReason: "denied" });
    expect(job.error?.message).toContain("A person denied Bash");
    expect(await stage.ran()).toBe("");
  });

  it("goes on in the same process when it is answered in time", async () => {
    await using stage = await openStage({ runtime, approvals: { hold: "10m" } });
    const id = await stage.begin(push);
    const { id: asked } = await stage.asked();
    expect(stage.fleet.getJob(id).status).toBe("running");
    await stage.fleet.answerApproval(asked.slice(0, -1), {
      decision: "allow",
      reason: "Go ahead.",
    });
    expect(await stage.done(id)).toMatchObject({ status: "completed", attempt: 1 });
    expect(await stage.ran()).toBe("pushed\n");
    expect(JSON.stringify(stage.test.server.requests.at(-1)?.messages)).toContain("Go ahead.");
  });

  it.each([
    ["deny", "", "Nobody has decided about this call in time."],
    ["allow", "pushed\n", "Done."],
  ])("is %s when nobody answers, if that is its default", async (verdict, ran, said) => {
    await using stage = await openStage({
      runtime,
      approvals: { expires: "1s", default: verdict },
    });
    const id = await stage.begin(push);
    const job = await stage.done(id);
    expect(job).toMatchObject({ attempt: 2 });
    expect(job.output).toContain(said);
    expect(await stage.ran()).toBe(ran);
    expect(stage.fleet.getApprovals()).toMatchObject([{ status: "expired" }]);
  });

  it("waits again when the same job makes another", async () => {
    await using stage = await openStage({ runtime });
    const id = await stage.begin(
      script()
        .tool("Bash", { command: "echo pushed 1 >> side.txt" })
        .text("One.")
        .tool("Bash", { command: "echo other >> side.txt" })
        .tool("Bash", { command: "echo pushed 2 >> side.txt" })
        .text("Two."),
    );
    const first = await stage.parked(id);
    await stage.fleet.answerApproval(first.id, { decision: "allow" });
    await expect.poll(() => stage.fleet.getJob(id).approvalId).not.toBe(first.id);
    const second = await stage.parked(id);
    expect(second.id).not.toBe(first.id);
    await stage.fleet.answerApproval(second.id, { decision: "allow" });
    expect(await stage.done(id)).toMatchObject({ status: "completed", attempt: 3 });
    expect(await stage.ran()).toBe("pushed 1\nother\npushed 2\n");
  });

  it("is one of several in a message: the others happen, or are made again", async () => {
    await using stage = await openStage({ runtime });
    const call = (command: string) => ({ tool: "Bash", input: { command } });
    const id = await stage.begin(
      script()
        .tools([
          call("echo pushed 1 >> side.txt"),
          call("echo other >> side.txt"),
          call("echo pushed 2 >> side.txt"),
        ])
        .tool("Bash", { command: "echo pushed 2 >> side.txt" })
        .text("All."),
    );
    const first = await stage.parked(id);
    expect(first.input).toEqual({ command: "echo pushed 1 >> side.txt" });
    await stage.fleet.answerApproval(first.id, { decision: "allow" });
    await expect.poll(() => stage.fleet.getJob(id).approvalId).not.toBe(first.id);
    const second = await stage.parked(id);
    await stage.fleet.answerApproval(second.id, { decision: "allow" });
    const job = await stage.done(id);
    expect(job).toMatchObject({ status: "completed" });
    expect(job.output).toContain("another call of the same message waits for one already");
    expect((await stage.ran()).split("\n").toSorted()).toEqual([
      "",
      "other",
      "pushed 1",
      "pushed 2",
    ]);
  });

  it("is refused in a subagent, which is told why", async () => {
    await using stage = await openStage({ runtime });
    const id = await stage.begin(script().subagent("push it", push).text("Then not."));
    const job = await stage.done(id);
    expect(job.output).toContain("only the main conversation can ask one");
    expect(await stage.ran()).toBe("");
    expect(stage.fleet.getApprovals()).toEqual([]);
  });

  it("is withdrawn when its job is cancelled, whether claude is held or gone", async () => {
    await using gone = await openStage({ runtime });
    const waiting = await gone.begin(push);
    await gone.parked(waiting);
    await gone.fleet.cancelJob(waiting);
    await using held = await openStage({ runtime, approvals: { hold: "10m" } });
    const running = await held.begin(push);
    const { id } = await held.asked();
    await held.fleet.cancelJob(running);
    for (const [stage, job] of [
      [gone, waiting],
      [held, running],
    ] as const) {
      expect(stage.fleet.getJob(job)).toMatchObject({ status: "cancelled" });
      expect(stage.fleet.getApprovals()).toMatchObject([{ status: "withdrawn" }]);
      expect(await stage.ran()).toBe("");
    }
    await expect(held.fleet.answerApproval(id, { decision: "allow" })).rejects.toMatchObject({
      code: "INVALID_STATE",
    });
  });

  it("leaves its place to other jobs of the agent while it waits", async () => {
    await using stage = await openStage({ runtime });
    const id = await stage.begin(push);
    await stage.parked(id);
    const other = await stage.begin(script().text("In between."));
    expect(await stage.done(other)).toMatchObject({ status: "completed" });
    expect(stage.fleet.getJob(id).status).toBe("waiting");
  });

  it("is answered while no fleet runs, and goes on with the next one", async () => {
    await using stage = await openStage({ runtime });
    const first = stage.test.manager();
    await first.initialize();
    await first.start();
    const { id } = await first.trigger("a", undefined, { promptOverride: inPrompt(push) });
    const { id: asked } = await stage.parked(id);
    await first.stop();
    await stage.fleet.answerApproval(asked, { decision: "allow" });
    expect(stage.fleet.getJob(id).status).toBe("queued");
    const next = stage.test.manager();
    await next.initialize();
    await next.start();
    expect(await next.waitForJob(id)).toMatchObject({ status: "completed", attempt: 2 });
    expect(await stage.ran()).toBe("pushed\n");
  });

  it("waits over a restart, and is answered after it", async () => {
    await using stage = await openStage({ runtime });
    const id = await stage.begin(push);
    const { id: asked } = await stage.parked(id);
    await stage.fleet.stop();
    const next = stage.test.manager();
    const answered: string[] = [];
    next.on("approval:answered", ({ approval }) => answered.push(approval.status));
    await next.initialize();
    await next.start();
    // By somebody in another process.
    const other = stage.test.manager();
    await other.initialize();
    await other.answerApproval(asked, { decision: "allow" });
    expect(await next.waitForJob(id)).toMatchObject({ status: "completed", attempt: 2 });
    expect(await stage.ran()).toBe("pushed\n");
    await expect.poll(() => answered).toEqual(["allowed"]);
  });

  it("is not made twice when the API fails right after it", async () => {
    await using stage = await openStage({ runtime, retry: { max_attempts: 2, backoff: "10ms" } });
    const overloaded = { times: "always", headers: { "x-should-retry": "false" } } as const;
    const id = await stage.begin(
      script().tool("Bash", { command: "echo pushed >> side.txt" }).error(529, overloaded),
    );
    const { id: asked } = await stage.parked(id);
    await stage.fleet.answerApproval(asked, { decision: "allow" });
    expect(await stage.done(id)).toMatchObject({ status: "completed", attempt: 3 });
    expect(await stage.ran()).toBe("pushed\n");
  });

  it("is held although the project's settings switch hooks off", async () => {
    await using stage = await openStage({ runtime });
    const folder = join(stage.test.workspace("a"), ".claude");
    await mkdir(folder);
    await writeFile(join(folder, "settings.json"), '{"disableAllHooks":true}');
    const id = await stage.begin(push);
    await stage.parked(id);
    expect(existsSync(join(stage.test.workspace("a"), "side.txt"))).toBe(false);
  });
});
