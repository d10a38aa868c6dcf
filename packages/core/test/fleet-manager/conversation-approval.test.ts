import { createTestFleet, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { asks, closed, until } from "./conversations.ts";

const calls = script().tool("Bash", { command: "echo pushed" }).text("Done.");
const approvals = { tools: ["Bash(echo pushed*)"], hold: "300ms", expires: "1h" };

function agents(more: object = {}): Record<string, Record<string, unknown>> {
  return {
    a: { permission_mode: "bypassPermissions", approvals: { ...approvals, ...more } },
  };
}

describe("a tool call in a conversation that needs an approval", () => {
  it("waits in its process for as long as it takes, and the turn goes on", async () => {
    await using test = await createTestFleet({ agents: agents() });
    await using fleet = test.manager();
    await fleet.initialize();
    await using conversation = await fleet.openConversation("a");
    const turn = conversation.send(asks(calls));
    const pending = () => fleet.getApprovals({ status: "pending" });
    await expect.poll(() => pending().length).toBe(1);
    // Any other job would have let its process go by now.
    const later = performance.now() + 1_500;
    await expect.poll(() => performance.now()).toBeGreaterThan(later);
    expect(conversation.state).toBe("answering");
    await fleet.answerApproval(pending()[0]?.id ?? "", { decision: "allow" });
    expect(await turn.result).toMatchObject({ outcome: "completed", text: "Done." });
    expect(await closed(fleet, conversation)).toMatchObject({ status: "completed", attempt: 1 });
  });

  it("can be interrupted while it waits", async () => {
    await using test = await createTestFleet({ agents: agents() });
    await using fleet = test.manager();
    await fleet.initialize();
    await using conversation = await fleet.openConversation("a");
    const turn = conversation.send(asks(calls));
    await until(turn, (event) => event.type === "line" && event.line.type === "tool_use");
    await conversation.interrupt();
    expect(await turn.result).toMatchObject({ outcome: "interrupted" });
    const next = conversation.send(asks(script().text("Fine.")));
    expect(await next.result).toMatchObject({ outcome: "completed", text: "Fine." });
  });

  it("is refused when nobody answers in time", async () => {
    await using test = await createTestFleet({ agents: agents({ expires: "1s" }) });
    await using fleet = test.manager();
    await fleet.initialize();
    await using conversation = await fleet.openConversation("a");
    const turn = conversation.send(asks(calls));
    expect(await turn.result).toMatchObject({ permissionDenials: [{ toolName: "Bash" }] });
    const { output } = await closed(fleet, conversation);
    expect(output).toContain("Nobody has decided about this call in time.");
  });
});
