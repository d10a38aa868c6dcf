import { join } from "node:path";
import { script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { openStage } from "./stage.ts";

const runtimes = ["sdk", "cli"] as const;
const ask = script()
  .tool("mcp__herdctl__ask_human", { question: "Which city?", options: ["Basel", "Bern"] })
  .text("Thanks.");

describe.each(runtimes)("with the %s runtime, a question", (runtime) => {
  it("waits without a process, and its tool tells the answer", async () => {
    await using stage = await openStage({ runtime, permission_mode: "default" });
    const id = await stage.begin(ask);
    const question = await stage.parked(id);
    expect(question).toMatchObject({
      kind: "question",
      question: "Which city?",
      options: ["Basel", "Bern"],
    });
    expect(question.default).toBeUndefined();
    expect(stage.fleet.getJob(id)).toMatchObject({ waitingFor: "question" });
    await stage.fleet.answerApproval(question.id, { answer: "Neither: Zürich." }, { by: "ann" });
    const job = await stage.done(id);
    expect(job).toMatchObject({ status: "completed", attempt: 2, result: { summary: "Thanks." } });
    expect(job.output).toContain("Neither: Zürich.");
    expect(stage.fleet.getApprovals()).toMatchObject([
      { status: "answered", answer: "Neither: Zürich.", answeredBy: "ann" },
    ]);
  });

  it("is answered in the same process while claude is held, by an agent without approvals", async () => {
    await using stage = await openStage({ runtime, approvals: null });
    const id = await stage.begin(ask);
    const question = await stage.asked();
    await stage.fleet.answerApproval(question.id, { answer: "Bern" });
    const job = await stage.done(id);
    expect(job).toMatchObject({ status: "completed", attempt: 1 });
    expect(job.output).toContain("Bern");
  });

  it("goes on unanswered when it expires", async () => {
    await using stage = await openStage({ runtime, approvals: { expires: "1s" } });
    const id = await stage.begin(ask);
    const job = await stage.done(id);
    expect(job).toMatchObject({ status: "completed", attempt: 2 });
    expect(job.output).toContain("Nobody answered in time.");
  });

  it("can be declined, and is not an approval", async () => {
    await using stage = await openStage({ runtime });
    const id = await stage.begin(ask);
    const question = await stage.parked(id);
    await expect(
      stage.fleet.answerApproval(question.id, { decision: "allow" }),
    ).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    await expect(stage.fleet.answerApproval(question.id, { answer: " \n" })).rejects.toMatchObject({
      code: "INVALID_REQUEST",
      message: `The answer to ${question.id} is empty.`,
    });
    await stage.fleet.answerApproval(question.id, { decision: "deny", reason: "Find out." });
    const job = await stage.done(id);
    expect(job.output).toContain("A person declined to answer. They say: Find out.");
  });

  it("is asked again in the same job", async () => {
    await using stage = await openStage({ runtime });
    const id = await stage.begin(
      script()
        .tool("mcp__herdctl__ask_human", { question: "First?" })
        .tool("mcp__herdctl__ask_human", { question: "Second?" })
        .text("Both."),
    );
    const first = await stage.parked(id);
    await stage.fleet.answerApproval(first.id, { answer: "one" });
    await expect.poll(() => stage.fleet.getJob(id).approvalId).not.toBe(first.id);
    const second = await stage.parked(id);
    expect(second.question).toBe("Second?");
    await stage.fleet.answerApproval(second.id, { answer: "two" });
    expect(await stage.done(id)).toMatchObject({ status: "completed", attempt: 3 });
  });

  it("that is none is refused by its tool, not put before a person", async () => {
    await using stage = await openStage({ runtime, approvals: { hold: "10m" } });
    const id = await stage.begin(
      script().tool("mcp__herdctl__ask_human", { query: 1 }).text("Oh."),
    );
    const job = await stage.done(id);
    expect(job.output).toContain("question");
    expect(stage.fleet.getApprovals()).toEqual([]);
  });
});

describe.each(runtimes)("with the %s runtime, a tool of an MCP server", (runtime) => {
  it("that the agent brings along runs once it is allowed", async () => {
    const server = join(import.meta.dirname, "../runtimes/shouting.sh");
    await using stage = await openStage({
      runtime,
      approvals: { tools: ["mcp__shouting"] },
      mcp_servers: {
        shouting: { command: "sh", args: [server], env: { GREETING: "Hey: " } },
      },
    });
    const id = await stage.begin(
      script().tool("mcp__shouting__shout", { text: "hello" }).text("I shouted."),
    );
    const { id: asked, input } = await stage.parked(id);
    expect(input).toEqual({ text: "hello" });
    await stage.fleet.answerApproval(asked, { decision: "allow" });
    const job = await stage.done(id);
    expect(job).toMatchObject({ status: "completed", attempt: 2 });
    expect(job.output).toContain("Hey: HELLO!");
  });
});
