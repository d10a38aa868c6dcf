import { randomUUID } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createTestFleet, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { asks, closed, eventsOf, isText, piecesOf, until } from "./conversations.ts";
import { processesOf } from "./processes.ts";
import { startDaemon } from "./start-daemon.ts";

const agents = { a: { permission_mode: "bypassPermissions" } };
const hello = asks(script().text("Hello."));
const unknown = "00000000-0000-4000-8000-000000000000";

describe("a conversation's key", () => {
  it("finds its session again after a restart; another key, or none, begins anew", async () => {
    await using test = await createTestFleet({ agents });
    const one = test.manager();
    await one.initialize();
    const conversation = await one.openConversation("a", { key: "thread-7" });
    expect(conversation.sessionId).toBeUndefined();
    await conversation.send(hello).result;
    const { sessionId } = conversation;
    await one.stop();

    await using two = test.manager();
    await two.initialize();
    await using again = await two.openConversation("a", { key: "thread-7" });
    expect(again.sessionId).toBe(sessionId);
    expect(await again.send(hello).result).toMatchObject({ outcome: "completed" });
    await closed(two, again);
    expect(two.getJob("latest").sessionId).toBe(sessionId);
    for (const options of [{ key: "thread-8" }, {}]) {
      const other = await two.openConversation("a", options);
      expect(other.sessionId).toBeUndefined();
      expect(other.key).not.toBe("thread-7");
    }
  });

  it("is in one process at a time", async () => {
    await using test = await createTestFleet({ agents: { a: { ...agents.a, concurrency: 2 } } });
    await using fleet = test.manager();
    await fleet.initialize();
    await using one = await fleet.openConversation("a", { key: "thread-7" });
    await one.send(hello).result;
    await using two = await fleet.openConversation("a", { key: "thread-7" });
    expect(await two.send(hello).result).toMatchObject({
      outcome: "failed",
      error: { code: "SESSION_BUSY" },
    });
    await one.close();
    expect(await two.send(hello).result).toMatchObject({ outcome: "completed" });
    expect(two.sessionId).toBe(one.sessionId);
  });

  it("outlives the process that held the conversation", async () => {
    await using test = await createTestFleet({ agents });
    await using holder = startDaemon(test, "conversation.ts");
    await holder.said("ready");
    holder.process.send(asks(script().text("Hello.")));
    await holder.said("ended");
    holder.process.send(asks(script().tool("Bash", { command: "sleep 0.1" }).stall()));
    const jobId = await holder.said("ended");
    await using fleet = test.manager();
    await fleet.initialize();
    await expect.poll(() => fleet.getJob(jobId).output).toContain("→ Bash");
    await holder.kill();

    await using conversation = await fleet.openConversation("a", { key: "thread-7" });
    const { sessionId } = fleet.getJob(jobId);
    expect(conversation.sessionId).toBe(sessionId);
    const turn = conversation.send(asks(script().text("Here again.")));
    expect(await turn.result).toMatchObject({ outcome: "completed", text: "Here again." });
    expect(fleet.getJob(jobId)).toMatchObject({ status: "failed", exitReason: "interrupted" });
    expect(processesOf(jobId)).toEqual([]);
    expect(conversation.sessionId).toBe(sessionId);
    expect(JSON.stringify(test.server.requests.at(-1))).toContain("Hello.");
  });

  it("does not run a message again whose sender died while it waited", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    const blocking = await fleet.trigger("a", undefined, {
      promptOverride: asks(script().stall()),
    });
    await using holder = startDaemon(test, "conversation.ts");
    await holder.said("ready");
    holder.process.send(hello);
    const jobId = await holder.said("queued");
    await holder.kill();
    await fleet.cancelJob(blocking.id);
    await using next = test.manager();
    await next.initialize();
    await next.start();
    expect(next.getJob(jobId)).toMatchObject({ status: "cancelled", cancelCause: "interrupted" });
  });
});

describe("resuming", () => {
  it("continues exactly the session that is named, by its id, a start of it, or its conversation's key", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    const job = await fleet.trigger("a", undefined, { promptOverride: hello });
    const { sessionId = "" } = await fleet.waitForJob(job.id);
    await using conversation = await fleet.openConversation("a", { resume: sessionId });
    expect(conversation).toMatchObject({ sessionId, key: sessionId });
    await conversation.send(hello).result;
    await closed(fleet, conversation);
    expect(fleet.getJob("latest").sessionId).toBe(sessionId);

    const start = sessionId.slice(0, 8);
    const named = await fleet.openConversation("a", { resume: start, key: "thread-7" });
    await named.send(hello).result;
    await closed(fleet, named);
    await using again = await fleet.openConversation("a", { resume: "thread-7" });
    expect(again).toMatchObject({ sessionId, key: "thread-7" });
  });

  it("under a key that has another session makes this the one of the key", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    const ids: string[] = [];
    for (const key of ["thread-7", "thread-8"]) {
      await using conversation = await fleet.openConversation("a", { key });
      await conversation.send(hello).result;
      ids.push(conversation.sessionId ?? "");
    }
    const [, resume = ""] = ids;
    await using conversation = await fleet.openConversation("a", { key: "thread-7", resume });
    expect(conversation.sessionId).toBe(resume);
    await conversation.send(hello).result;
    expect(conversation.sessionId).toBe(resume);
    await conversation.close();
    await using again = await fleet.openConversation("a", { key: "thread-7" });
    expect(again.sessionId).toBe(resume);
  });

  it("goes on with the session that took the place of one that has expired", async () => {
    await using test = await createTestFleet({ agents });
    let ahead = 0;
    const clock = { ...systemClock, now: () => Date.now() + ahead };
    await using fleet = test.manager({ clock });
    await fleet.initialize();
    const job = await fleet.trigger("a", undefined, { promptOverride: hello });
    const { sessionId: resume = "" } = await fleet.waitForJob(job.id);
    await using conversation = await fleet.openConversation("a", { key: "thread-7", resume });
    const sessions: (string | undefined)[] = [];
    for (const days of [0, 30, 0]) {
      ahead += days * 86_400_000;
      expect(await conversation.send(hello).result).toMatchObject({ outcome: "completed" });
      sessions.push(conversation.sessionId);
      conversation.rest();
      await fleet.waitForJob("latest");
    }
    const [first, second, third] = sessions;
    expect(first).toBe(resume);
    expect(second).not.toBe(resume);
    expect(third).toBe(second);
  });

  it("is refused for what is not there", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    for (const resume of [unknown, "thread-9"]) {
      await expect(fleet.openConversation("a", { resume })).rejects.toMatchObject({
        code: "SESSION_NOT_FOUND",
      });
    }
    await expect(fleet.openConversation("b")).rejects.toMatchObject({ code: "AGENT_NOT_FOUND" });
  });
});

describe("opening a conversation", () => {
  it("is refused for an agent of the cli runtime: nothing changes its runtime", async () => {
    await using test = await createTestFleet({ agents: { a: { runtime: "cli" } } });
    await using fleet = test.manager();
    await fleet.initialize();
    await expect(fleet.openConversation("a")).rejects.toMatchObject({
      code: "INVALID_REQUEST",
      message: expect.stringContaining("runtime: sdk"),
    });
  });

  it("needs a fleet that is not stopped, and a message that says something", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await expect(fleet.openConversation("a")).rejects.toMatchObject({ code: "INVALID_STATE" });
    await fleet.initialize();
    const leaving = new AbortController();
    const conversation = await fleet.openConversation("a", { signal: leaving.signal });
    expect(() => conversation.send("")).toThrow(
      expect.objectContaining({ code: "PROMPT_REQUIRED" }),
    );
    leaving.abort();
    expect(conversation.state).toBe("closed");
    const resting = await fleet.openConversation("a");
    await fleet.stop();
    expect(() => resting.send("Hi.")).toThrow(expect.objectContaining({ code: "INVALID_STATE" }));
    await expect(fleet.openConversation("a")).rejects.toMatchObject({ code: "INVALID_STATE" });
  });
});

describe("a message", () => {
  it("can be content blocks, and can be left as it is written", async () => {
    await using test = await createTestFleet({
      agents,
      files: { "workspaces/a/notes.md": "a secret plan" },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    await using conversation = await fleet.openConversation("a");
    const text = asks(script().text("Seen."), "Look at @notes.md");
    const blocks = [{ type: "text" as const, text }];
    expect(await conversation.send(blocks, { verbatim: true }).result).toMatchObject({
      text: "Seen.",
    });
    expect(JSON.stringify(test.server.requests.at(-1))).not.toContain("a secret plan");
    expect(await conversation.send(text).result).toMatchObject({ text: "Seen." });
    expect(JSON.stringify(test.server.requests.at(-1))).toContain("a secret plan");
  });

  it("is said once under its id, also to the process after that", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    const id = randomUUID();
    const refused = { outcome: "failed", error: { code: "INVALID_REQUEST" }, costUsd: 0 };
    const repeated = asks(script().text("never"));
    await using one = await fleet.openConversation("a", { key: "thread-7" });
    expect(await one.send(hello, { id }).result).toMatchObject({ outcome: "completed" });
    expect(await one.send(repeated, { id }).result).toMatchObject(refused);
    expect(await one.send(hello).result).toMatchObject({ outcome: "completed" });
    await one.close();
    await using two = await fleet.openConversation("a", { key: "thread-7" });
    expect(await two.send(repeated, { id }).result).toMatchObject(refused);
    expect(await two.send(hello, { id: randomUUID() }).result).toMatchObject({ text: "Hello." });
  });

  it("gets an answer without secrets, also where one comes in pieces", async () => {
    const secret = "sk-very-secret-value-123";
    await using test = await createTestFleet({
      agents: { a: { ...agents.a, env: { TOKEN: "${TOKEN}" } } },
    });
    await using fleet = test.manager({ env: { ...test.env, TOKEN: secret } });
    await fleet.initialize();
    await using conversation = await fleet.openConversation("a");
    const turn = conversation.send(asks(script().text(`It is ${secret}, he said.`, { chunks: 9 })));
    const events = await eventsOf(turn);
    expect(piecesOf(events)).toBe("It is [secret], he said.");
    expect(events.filter(isText).length).toBeGreaterThan(3);
    expect(JSON.stringify([events, await turn.result])).not.toContain(secret);
  });
});

describe("a turn", () => {
  it("is answered while the process lives, its agent configured or not", async () => {
    await using test = await createTestFleet({ agents: { ...agents, b: {} } });
    await using fleet = test.manager();
    await fleet.initialize();
    await using conversation = await fleet.openConversation("a");
    await conversation.send(hello).result;
    const path = `${test.dir}/herdctl.yaml`;
    const config = JSON.parse(await readFile(path, "utf8"));
    await writeFile(path, JSON.stringify({ ...config, agents: [{ path: "agents/b.yaml" }] }));
    await fleet.reload();
    const next = { id: randomUUID() };
    expect(await conversation.send(hello, next).result).toMatchObject({ text: "Hello." });
    const { jobId = "" } = conversation;
    conversation.rest();
    await fleet.waitForJob(jobId);
    expect(await conversation.send(hello).result).toMatchObject({
      outcome: "failed",
      error: { code: "AGENT_NOT_FOUND" },
    });
  });

  it("that cannot begin says why, without secrets", async () => {
    const secret = "sk-very-secret-value-123";
    await using test = await createTestFleet({
      agents: { a: { ...agents.a, working_directory: "./${TOKEN}" } },
      files: { [`agents/${secret}/notes.md`]: "" },
    });
    await using fleet = test.manager({ env: { ...test.env, TOKEN: secret } });
    await fleet.initialize();
    await using conversation = await fleet.openConversation("a");
    await rm(`${test.dir}/agents/${secret}`, { recursive: true });
    const events = await eventsOf(conversation.send(hello));
    expect(events.at(-1)).toMatchObject({
      type: "ended",
      result: { outcome: "failed", error: { message: expect.stringContaining("[secret]") } },
    });
    expect(JSON.stringify(events)).not.toContain(secret);
  });

  it("keeps its events for who comes late", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    await using conversation = await fleet.openConversation("a");
    const turn = conversation.send(asks(script().text("Hello.", { chunks: 3 })));
    await turn.result;
    expect(piecesOf(await eventsOf(turn))).toBe("Hello.");
    const stalled = conversation.send(asks(script().text("Hm.").stall()));
    await until(stalled, isText);
    expect(conversation.state).toBe("answering");
  });
});
