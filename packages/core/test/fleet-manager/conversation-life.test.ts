import { randomUUID } from "node:crypto";
import type { ConversationEvent } from "@herdctl/core";
import { createTestFleet, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { runAs } from "../../src/index.ts";
import { asks, closed, eventsOf, isText, until } from "./conversations.ts";
import { processesOf } from "./processes.ts";

const agents = { a: { permission_mode: "bypassPermissions" } };
const hello = asks(script().text("Hello."));

describe("a conversation that nobody goes on with", () => {
  it("lets its process and its slot go, and resumes its session with the next message", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    await using conversation = await fleet.openConversation("a", { idleTimeout: 200 });
    await conversation.send(asks(script().text("Hello."), "Remember the blue door.")).result;
    const { jobId = "", sessionId } = conversation;
    const job = await fleet.waitForJob(jobId);
    expect(job).toMatchObject({ status: "completed", exitReason: "success" });
    expect(processesOf(jobId)).toEqual([]);
    expect(conversation.state).toBe("resting");
    expect(conversation.jobId).toBeUndefined();

    const next = conversation.send(asks(script().text("And again.")));
    expect((await next.result).text).toBe("And again.");
    expect(conversation.sessionId).toBe(sessionId);
    expect(conversation.jobId).not.toBe(jobId);
    expect(JSON.stringify(test.server.requests.at(-1))).toContain("Remember the blue door.");
    await closed(fleet, conversation);
    expect(fleet.getJobs().map((item) => item.sessionId)).toEqual([sessionId, sessionId]);
  });

  it("rests when it is told to, and not in the middle of a turn", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    await using conversation = await fleet.openConversation("a");
    const turn = conversation.send(asks(script().text("One, ").wait(300).text("two.")));
    await until(turn, isText);
    conversation.rest();
    expect(await turn.result).toMatchObject({ outcome: "completed" });
    const { jobId = "", sessionId } = conversation;
    conversation.rest();
    expect(await fleet.waitForJob(jobId)).toMatchObject({ status: "completed" });
    expect(processesOf(jobId)).toEqual([]);
    expect(await conversation.send(hello).result).toMatchObject({ outcome: "completed" });
    expect(conversation.sessionId).toBe(sessionId);
  });

  it("tells of what comes of its background tasks, which is no part of the next turn", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    const heard: string[] = [];
    await using conversation = await fleet.openConversation("a", {
      onEvent: (event) => {
        if (event.type === "line" && event.line.type === "result")
          heard.push(event.line.text ?? "");
        throw new Error("a listener that fails");
      },
    });
    const command = 'python3 -c "import time; time.sleep(1)"';
    const turn = conversation.send(
      asks(
        script()
          .tool("Bash", { command, run_in_background: true })
          .text("Started.")
          .stop()
          .text("It is done."),
      ),
    );
    expect(await turn.result).toMatchObject({ outcome: "completed", text: "Started." });
    await expect.poll(() => heard).toEqual(["Started.", "It is done."]);
    const next = await conversation.send(hello).result;
    expect(next).toMatchObject({ outcome: "completed", text: "Hello.", turns: 1 });
    const job = await closed(fleet, conversation);
    expect(job.result?.turns).toBe(4);
  });
});

describe("limits", () => {
  it("count a live conversation, and make it wait for its turn", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    const blocking = await fleet.trigger("a", undefined, {
      promptOverride: asks(script().stall()),
    });
    await using conversation = await fleet.openConversation("a");
    const turn = conversation.send(hello);
    await until(turn, ({ type }) => type === "queued");
    expect(conversation.state).toBe("queued");
    expect(fleet.getQueue().items).toMatchObject([{ jobId: conversation.jobId, position: 1 }]);
    await fleet.cancelJob(blocking.id);
    expect(await turn.result).toMatchObject({ outcome: "completed", text: "Hello." });

    const waiting = await fleet.trigger("a", undefined, { promptOverride: hello });
    expect(fleet.getQueue().total).toBe(1);
    await conversation.close();
    expect(await fleet.waitForJob(waiting.id)).toMatchObject({ status: "completed" });
  });

  it("let go of a turn that is interrupted or closed before it begins", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    const blocking = await fleet.trigger("a", undefined, {
      promptOverride: asks(script().stall()),
    });
    const conversation = await fleet.openConversation("a");
    const first = conversation.send(hello);
    const second = conversation.send(hello);
    await until(first, ({ type }) => type === "queued");
    await conversation.interrupt();
    expect(await first.result).toMatchObject({ outcome: "cancelled", turns: 0, costUsd: 0 });
    await until(second, ({ type }) => type === "queued");
    const third = conversation.send(hello);
    await conversation.close();
    expect(await second.result).toMatchObject({ outcome: "cancelled" });
    expect(await third.result).toMatchObject({ outcome: "cancelled" });
    expect(fleet.getQueue().total).toBe(0);
    await fleet.cancelJob(blocking.id);
  });

  it("hold over processes, none of which runs another's conversation", async () => {
    await using test = await createTestFleet({ agents });
    await using daemon = test.manager();
    await using other = test.manager();
    await daemon.initialize();
    await daemon.start();
    await other.initialize();
    await using conversation = await other.openConversation("a");
    expect(await conversation.send(hello).result).toMatchObject({ text: "Hello." });
    const waiting = await daemon.trigger("a", undefined, { promptOverride: hello });
    await expect.poll(() => daemon.getQueue().total).toBe(1);
    await conversation.close();
    expect(await daemon.waitForJob(waiting.id)).toMatchObject({ status: "completed" });
  });

  it("end a turn that takes too long, and its job", async () => {
    await using test = await createTestFleet({ agents: { a: { ...agents.a, timeout: "2s" } } });
    await using fleet = test.manager();
    await fleet.initialize();
    await using conversation = await fleet.openConversation("a");
    const turn = conversation.send(asks(script().text("Well …").stall()));
    expect(await turn.result).toMatchObject({ outcome: "failed", exitReason: "timeout" });
    expect(fleet.getJob("latest")).toMatchObject({ status: "failed", exitReason: "timeout" });
    expect(conversation.state).toBe("resting");
  });

  it("refuse a turn that no budget is left for", async () => {
    await using test = await createTestFleet({
      agents: { a: { ...agents.a, budget: { usd_per_day: 0.0005 } } },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    await using conversation = await fleet.openConversation("a", { idleTimeout: 100 });
    await conversation.send(hello).result;
    await fleet.waitForJob("latest");
    expect(await conversation.send(hello).result).toMatchObject({
      outcome: "failed",
      exitReason: "budget",
      error: { code: "BUDGET_SPENT" },
    });
  });
});

describe("a budget for a job", () => {
  it("ends the job whose turn has spent it; the next message is another job", async () => {
    await using test = await createTestFleet({
      agents: { a: { ...agents.a, budget: { usd_per_job: 0.001 } } },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    await using conversation = await fleet.openConversation("a");
    expect(await conversation.send(hello).result).toMatchObject({ outcome: "completed" });
    expect(await conversation.send(hello).result).toMatchObject({
      outcome: "failed",
      exitReason: "budget",
    });
    expect(await conversation.send(hello).result).toMatchObject({ outcome: "completed" });
    await conversation.close();
    expect(fleet.getJobs().map((job) => job.exitReason)).toEqual(["success", "budget"]);
  });
});

describe("the end of a conversation", () => {
  it.each(["closed", "stopped with its fleet"])("is told last, when it is %s", async (how) => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    const heard: ConversationEvent[] = [];
    const alive: string[] = [];
    const conversation = await fleet.openConversation("a", {
      key: "thread-7",
      onEvent: (event) => {
        heard.push(event);
        if (event.type === "closed") alive.push(...processesOf(fleet.getJob("latest").id));
      },
    });
    const id = randomUUID();
    const turn = conversation.send(asks(script().text("Hm.").stall()), { id });
    await until(turn, isText);
    const { sessionId } = conversation;
    await (how === "closed" ? conversation.close() : fleet.stop({ waitForJobs: false }));
    await conversation.close();
    expect(turn.id).toBe(id);
    expect(heard.filter(({ type }) => type === "started" || type === "ended")).toMatchObject([
      { type: "started", turnId: id },
      { type: "ended", turnId: id },
    ]);
    expect(heard.at(-1)).toEqual({ type: "closed", key: "thread-7", sessionId });
    expect(heard.filter(({ type }) => type === "closed")).toHaveLength(1);
    expect(alive).toEqual([]);
  });

  it("leaves on record who opened it, spoke in it and closed it", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    const conversation = await fleet.openConversation("a");
    const turn = runAs({ via: "socket" }, () => conversation.send(hello, { keepEvents: false }));
    await turn.result;
    expect(await eventsOf(turn)).toEqual([]);
    const { jobId } = conversation;
    await conversation.interrupt();
    await conversation.close();
    const entries = fleet.getAudit({ agentName: "a" }).entries.toReversed();
    expect(entries.map(({ seq: _, timestamp: __, ...entry }) => entry)).toEqual([
      { operation: "openConversation", agentName: "a", actor: { via: "process" }, outcome: "ok" },
      { operation: "sendMessage", agentName: "a", actor: { via: "socket" }, outcome: "ok" },
      ...["interruptConversation", "closeConversation"].map((operation) => {
        return { operation, agentName: "a", jobId, actor: { via: "process" }, outcome: "ok" };
      }),
    ]);
  });
});

describe("the end of a conversation's job", () => {
  it.each(["closes", "stops"])("comes at once when it %s while it is being stored", async (how) => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    const conversation = await fleet.openConversation("a");
    const turn = conversation.send(asks(script().stall()));
    await (how === "closes" ? conversation.close() : fleet.stop({ timeout: 600_000 }));
    expect(await turn.result).toMatchObject({ outcome: "cancelled" });
    expect(fleet.getJobs().every(({ status }) => status === "cancelled")).toBe(true);
  });

  it("comes with its cancellation, from any client; the next message resumes the session", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await using other = test.manager();
    await fleet.initialize();
    await other.initialize();
    await using conversation = await fleet.openConversation("a");
    const turn = conversation.send(asks(script().text("Hm.").stall()));
    await until(turn, isText);
    const { jobId = "", sessionId } = conversation;
    await other.cancelJob(jobId);
    expect(await turn.result).toMatchObject({ outcome: "cancelled", exitReason: "cancelled" });
    expect(processesOf(jobId)).toEqual([]);
    expect(await conversation.send(hello).result).toMatchObject({ outcome: "completed" });
    expect(conversation.sessionId).toBe(sessionId);
    expect(fleet.getJobs().length).toBe(2);
  });

  it("comes at once when the fleet stops and no turn is in progress", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    const conversation = await fleet.openConversation("a");
    await conversation.send(hello).result;
    await fleet.stop({ timeout: 600_000 });
    expect(fleet.getJob("latest")).toMatchObject({ status: "completed" });
    expect(conversation.state).toBe("closed");
  });

  it("waits for the turn in progress when the fleet stops", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    const conversation = await fleet.openConversation("a");
    const turn = conversation.send(asks(script().text("One, ").wait(1_000).text("two.")));
    const dropped = conversation.send(hello);
    await until(turn, isText);
    await fleet.stop({ timeout: 600_000 });
    expect(await turn.result).toMatchObject({ outcome: "completed" });
    expect(await dropped.result).toMatchObject({ outcome: "cancelled" });
    expect(fleet.getJob("latest")).toMatchObject({ status: "completed" });
  });

  it("is no end of the conversation when claude dies between two turns", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    await using conversation = await fleet.openConversation("a");
    await conversation.send(hello).result;
    const { jobId = "", sessionId } = conversation;
    for (const pid of processesOf(jobId)) process.kill(Number(pid), "SIGKILL");
    await expect.poll(() => conversation.state).toBe("resting");
    expect(await conversation.send(hello).result).toMatchObject({ outcome: "completed" });
    expect(conversation.sessionId).toBe(sessionId);
    expect(fleet.getJobs().length).toBe(2);
  });

  it("comes with the end of claude in a turn, which says so", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    await using conversation = await fleet.openConversation("a");
    await conversation.send(hello).result;
    const turn = conversation.send(asks(script().text("Hm.").stall()));
    await until(turn, isText);
    for (const pid of processesOf(conversation.jobId ?? "")) process.kill(Number(pid), "SIGKILL");
    expect(await turn.result).toMatchObject({
      outcome: "failed",
      exitReason: "interrupted",
      text: "Hm.",
      error: { message: expect.stringContaining("SIGKILL") },
    });
    expect(await conversation.send(hello).result).toMatchObject({ outcome: "completed" });
  });

  it("is told by the turn that could not begin", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager({ claudePath: "/nowhere/claude" });
    await fleet.initialize();
    await using conversation = await fleet.openConversation("a");
    const turn = conversation.send(hello);
    const events = await eventsOf(turn);
    expect(events.at(-1)).toMatchObject({
      type: "ended",
      result: { outcome: "failed", error: { code: "CLAUDE_NOT_FOUND" } },
    });
  });
});
