import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestFleet, inPrompt, ManualClock, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";

const agents = { a: { default_prompt: "Original prompt.", env: { MY_TOKEN: "${MY_TOKEN}" } } };
const scripts = { a: script().text("done") };

describe("forkJob", () => {
  it("really runs the old job's configuration anew, with modifications and a fresh session", async () => {
    await using test = await createTestFleet({ agents, scripts });
    await using fleet = test.manager({ env: { ...test.env, MY_TOKEN: "token-value" } });
    await fleet.initialize();
    const original = await fleet.trigger("a");
    const first = await fleet.waitForJob(original.id);
    const file = join(test.dir, "agents/a.yaml");
    const yaml = await readFile(file, "utf8");
    await writeFile(file, yaml.replace("{", '{ "system_prompt": "New ways.",'));
    await fleet.reload();

    const forked = await fleet.forkJob(original.id, { promptOverride: "Also look at speed." });
    expect(forked).toMatchObject({ trigger: "fork", forkedFrom: original.id });
    const second = await fleet.waitForJob(forked.id);
    expect(second).toMatchObject({ status: "completed", prompt: "Also look at speed." });
    expect(second.sessionId).not.toBe(first.sessionId);
    const request = test.server.requests.findLast(({ kind }) => kind === "main");
    expect(JSON.stringify(request?.messages)).toContain("Also look at speed.");
    expect(JSON.stringify(request?.system)).not.toContain("New ways.");

    const retried = await fleet.retryJob(original.id);
    await fleet.waitForJob(retried.id);
    const last = test.server.requests.findLast(({ kind }) => kind === "main");
    expect(JSON.stringify(last?.messages)).toContain("Original prompt.");
    expect(JSON.stringify(last?.system)).toContain("New ways.");
  });

  it("runs what the last attempt ran with", async () => {
    const overloaded = { times: "always", headers: { "x-should-retry": "false" } } as const;
    const prompt = inPrompt(
      script().tool("Write", { file_path: "first.txt", content: "1" }).error(529, overloaded),
    );
    await using test = await createTestFleet({
      agents: {
        a: {
          permission_mode: "bypassPermissions",
          system_prompt: "Old ways.",
          retry: { max_attempts: 2, backoff: "10m" },
        },
      },
      scripts,
    });
    const clock = new ManualClock(Date.now());
    await using fleet = test.manager({ clock });
    await fleet.initialize();
    await fleet.start();
    const waiting = once(fleet, "job:waiting");
    const { id } = await fleet.trigger("a", undefined, { promptOverride: `Go. ${prompt}` });
    await waiting;
    const file = join(test.dir, "agents/a.yaml");
    await writeFile(file, (await readFile(file, "utf8")).replace("Old ways.", "New ways."));
    await fleet.reload();
    const completed = once(fleet, "job:completed");
    for (let passed = 0; passed < 630; passed += 30) await clock.advance(30_000);
    await completed;
    expect(fleet.getJob(id)).toMatchObject({ status: "completed", attempt: 2 });
    const forked = await fleet.forkJob(id, { promptOverride: "Once more." });
    expect((await fleet.waitForJob(forked.id)).status).toBe("completed");
    const request = test.server.requests.findLast(({ kind }) => kind === "main");
    expect(JSON.stringify(request?.messages)).toContain("Once more.");
    expect(JSON.stringify(request?.system)).toContain("New ways.");
  });

  it("branches the conversation where asked to, and leaves the original's alone", async () => {
    await using test = await createTestFleet({ agents, scripts });
    await using fleet = test.manager({ env: { ...test.env, MY_TOKEN: "token-value" } });
    await fleet.initialize();
    const original = await fleet.trigger("a");
    const first = await fleet.waitForJob(original.id);
    const forked = await fleet.forkJob(original.id, {
      session: "fork",
      promptOverride: "And now?",
    });
    const second = await fleet.waitForJob(forked.id);
    expect(second.status).toBe("completed");
    expect(second.sessionId).not.toBe(first.sessionId);
    const request = test.server.requests.findLast(({ kind }) => kind === "main");
    expect(JSON.stringify(request?.messages)).toContain("Original prompt.");
  });

  it("refuses a job that does not exist", async () => {
    await using test = await createTestFleet({ agents, scripts });
    await using fleet = test.manager({ env: { ...test.env, MY_TOKEN: "token-value" } });
    await fleet.initialize();
    await expect(fleet.forkJob("job-none")).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
    expect(fleet.getJobs()).toEqual([]);
  });
});

describe("resumeJob", () => {
  it("goes on in exactly the session of the job", async () => {
    await using test = await createTestFleet({ agents, scripts });
    await using fleet = test.manager({ env: { ...test.env, MY_TOKEN: "token-value" } });
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    const first = await fleet.waitForJob(id);
    const next = await fleet.resumeJob(id, "One more thing.");
    const second = await fleet.waitForJob(next.id);
    expect(second).toMatchObject({ status: "completed", sessionId: first.sessionId });
  });
});

describe("pause and cancelAll", () => {
  it("hold queued jobs back over a restart until they are resumed", async () => {
    await using test = await createTestFleet({ agents, scripts });
    await using fleet = test.manager({ env: { ...test.env, MY_TOKEN: "token-value" } });
    await fleet.initialize();
    await fleet.pause("a");
    const { id } = await fleet.trigger("a");
    await fleet.start();
    await fleet.stop();
    await fleet.start();
    expect(fleet.getAgent("a").paused).toBe(true);
    expect(fleet.getJob(id).status).toBe("queued");
    expect(fleet.getQueue().items).toMatchObject([{ jobId: id, waitingFor: "paused" }]);
    expect(await fleet.resume("a")).toBe(true);
    expect((await fleet.waitForJob(id)).status).toBe("completed");
    await fleet.pause();
    expect(fleet.getStatus().paused).toBe(true);
    expect(await fleet.resume()).toBe(true);
    expect(await fleet.resume()).toBe(false);
    await expect(fleet.pause("nobody")).rejects.toMatchObject({ code: "AGENT_NOT_FOUND" });
  });

  it("end every job, the queued ones first", async () => {
    await using test = await createTestFleet({ agents, scripts: { a: script().stall() } });
    await using fleet = test.manager({ env: { ...test.env, MY_TOKEN: "token-value" } });
    await fleet.initialize();
    const jobs = await Promise.all([fleet.trigger("a"), fleet.trigger("a"), fleet.trigger("a")]);
    await expect.poll(() => fleet.getStatus().jobs.active).toBe(1);
    const cancelled = await fleet.cancelAll();
    expect(cancelled.toSorted()).toEqual(jobs.map(({ id }) => id).toSorted());
    expect(fleet.getJobs({ status: "cancelled" })).toHaveLength(3);
    expect(fleet.getStatus().jobs.active).toBe(0);
    expect(await fleet.cancelAll({ agentName: "a" })).toEqual([]);
  });
});
