import { createTestFleet, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { asks, closed, eventsOf, isText, piecesOf, until } from "./conversations.ts";

const agents = { a: { permission_mode: "bypassPermissions" } };

describe("a conversation", () => {
  it("answers turn after turn in one process, which is one job with all of its output", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    await using conversation = await fleet.openConversation("a");
    expect(conversation.state).toBe("resting");
    expect(fleet.getJobs()).toEqual([]);

    const first = conversation.send(
      asks(script().thinking("Hm, well.", { chunks: 2 }).text("Hello to you.", { chunks: 5 })),
    );
    const events = await eventsOf(first);
    expect(piecesOf(events)).toBe("Hello to you.");
    expect(events.filter((event) => event.type === "text").length).toBe(5);
    expect(piecesOf(events, "thinking")).toBe("Hm, well.");
    expect(await first.result).toMatchObject({
      outcome: "completed",
      exitReason: "success",
      text: "Hello to you.",
      turns: 1,
    });
    expect(events.at(0)).toMatchObject({ type: "started" });
    expect(events.at(-1)).toEqual({
      type: "ended",
      turnId: first.id,
      result: await first.result,
    });
    expect(conversation.state).toBe("idle");

    const second = conversation.send(
      asks(script().tool("Bash", { command: "echo tooled" }).text("Second.")),
    );
    const lines = (await eventsOf(second)).flatMap((event) =>
      event.type === "line" ? [event.line] : [],
    );
    expect(lines.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["tool_use", "tool_result", "assistant"]),
    );
    const third = conversation.send(asks(script().text("Third.")));
    expect((await third.result).text).toBe("Third.");

    const { sessionId } = conversation;
    const job = await closed(fleet, conversation);
    expect(job).toMatchObject({ status: "completed", trigger: "chat", sessionId });
    expect(fleet.getJobs().length).toBe(1);
    expect(job.output).toContain("Hello to you.");
    expect(job.output).toContain("→ Bash echo tooled");
    expect(job.output).toContain("· Hi.");
    const results = await Promise.all([first.result, second.result, third.result]);
    const sum = results.reduce((total, result) => total + result.costUsd, 0);
    expect(sum).toBeGreaterThan(0);
    expect(job.result?.costUsd).toBeCloseTo(sum, 10);
    expect(job.result?.turns).toBe(4);
    expect(conversation.state).toBe("closed");
    expect(() => conversation.send("more")).toThrow(
      expect.objectContaining({ code: "INVALID_STATE" }),
    );
  });

  it("interrupts a turn, whatever it does, and goes on with the next", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    await using conversation = await fleet.openConversation("a");
    const command = 'python3 -c "import time; time.sleep(60)"';
    const busy = conversation.send(asks(script().text("Working.").tool("Bash", { command })));
    await until(busy, (event) => event.type === "line" && event.line.type === "tool_use");
    await conversation.interrupt();
    expect(await busy.result).toMatchObject({ outcome: "interrupted", text: "Working." });

    const stalled = conversation.send(asks(script().text("Some").stall()));
    await until(stalled, isText);
    await conversation.interrupt();
    expect(await stalled.result).toMatchObject({ outcome: "interrupted" });

    const next = conversation.send(asks(script().text("Here again.")));
    expect(await next.result).toMatchObject({ outcome: "completed", text: "Here again." });
    const last = conversation.send(asks(script().stall()));
    await until(last, (event) => event.type === "started");
    await conversation.interrupt();
    expect(await last.result).toMatchObject({ outcome: "interrupted" });
    const job = await closed(fleet, conversation);
    // Somebody changed their mind; nothing went wrong.
    expect(job).toMatchObject({ status: "completed", attempt: 1 });
    expect(fleet.getJobs().length).toBe(1);
  });

  it("survives what goes wrong in a turn", async () => {
    await using test = await createTestFleet({
      agents: { a: { ...agents.a, max_turns: 2, env: { CLAUDE_CODE_MAX_RETRIES: "1" } } },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    await using conversation = await fleet.openConversation("a");
    const refused = conversation.send(asks(script().error(400, { times: "always" })));
    expect(await refused.result).toMatchObject({
      outcome: "failed",
      exitReason: "error",
      error: { message: expect.stringContaining("400") },
    });
    const endless = conversation.send(
      asks(script().repeat(script().tool("Bash", { command: "true" }))),
    );
    expect(await endless.result).toMatchObject({ outcome: "failed", exitReason: "max_turns" });
    const fine = conversation.send(asks(script().tool("Bash", { command: "true" }).text("Fine.")));
    expect(await fine.result).toMatchObject({ outcome: "completed", text: "Fine." });
    expect(await closed(fleet, conversation)).toMatchObject({ status: "completed" });
    expect(fleet.getJobs().length).toBe(1);
  });
});
