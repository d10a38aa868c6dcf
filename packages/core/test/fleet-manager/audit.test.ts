import { once } from "node:events";
import { DatabaseSync } from "node:sqlite";
import { createTestFleet, ManualClock, script, type TestFleet } from "@herdctl/testing";
import { expect, it } from "vitest";
import { type FleetManager, runAs } from "../../src/index.ts";

const agents = {
  a: {
    default_prompt: "Use ${MY_TOKEN}.",
    schedules: { yearly: { type: "cron", cron: "0 6 1 1 *" } },
  },
};
const secret = "s3cr3t-of-the-environment";

function testFleet(): Promise<TestFleet> {
  return createTestFleet({ agents, scripts: { a: script().text("done") } });
}

function open(test: TestFleet, options: object = {}): FleetManager {
  return test.manager({ env: { ...test.env, MY_TOKEN: secret }, ...options });
}

it("records what did not reach the fleet, on behalf of who asked", async () => {
  await using test = await testFleet();
  await using fleet = open(test);
  await fleet.initialize();
  const actor = { via: "bearer", access: "read-only", address: "10.0.0.3" } as const;
  const note = { operation: "trigger", agentName: "a", outcome: "FORBIDDEN" };
  await runAs(actor, () => fleet.recordInAudit(note));
  expect(fleet.getAudit().entries).toMatchObject([{ ...note, actor }]);
});

it("records every change that somebody asked for, with its target and outcome", async () => {
  await using test = await testFleet();
  await using fleet = open(test);
  await fleet.initialize();
  await fleet.start();
  const job = await fleet.trigger("a", "yearly");
  await fleet.waitForJob(job.id);
  const forked = await fleet.forkJob(job.id.slice(0, -1));
  await fleet.waitForJob(forked.id);
  await expect(fleet.cancelJob(job.id)).rejects.toThrow();
  await fleet.disableSchedule("a", "yearly");
  await fleet.enableSchedule("a", "yearly");
  await fleet.pause("a");
  await fleet.resume();
  await fleet.cancelAll();
  await fleet.forgetMemory("a");
  await expect(fleet.answerApproval("ask-1", { decision: "allow" })).rejects.toThrow();
  await expect(fleet.trigger("nobody")).rejects.toThrow();
  await fleet.reload();
  await fleet.stop();

  const actor = { via: "process" };
  const names = { agentName: "a", scheduleName: "yearly" };
  const { entries } = fleet.getAudit();
  expect(entries.map(({ seq: _, timestamp: __, ...entry }) => entry).toReversed()).toEqual([
    { operation: "start", actor, outcome: "ok" },
    { operation: "trigger", actor, ...names, newJobId: job.id, outcome: "ok" },
    { operation: "forkJob", actor, jobId: job.id, newJobId: forked.id, outcome: "ok" },
    { operation: "cancelJob", actor, jobId: job.id, outcome: "INVALID_STATE" },
    { operation: "disableSchedule", actor, ...names, outcome: "ok" },
    { operation: "enableSchedule", actor, ...names, outcome: "ok" },
    { operation: "pause", actor, agentName: "a", outcome: "ok" },
    { operation: "resume", actor, outcome: "ok" },
    { operation: "cancelAll", actor, outcome: "ok" },
    { operation: "forgetMemory", actor, agentName: "a", outcome: "ok" },
    { operation: "answerApproval", actor, approvalId: "ask-1", outcome: "APPROVAL_NOT_FOUND" },
    { operation: "trigger", actor, agentName: "nobody", outcome: "AGENT_NOT_FOUND" },
    { operation: "reload", actor, outcome: "ok" },
    { operation: "stop", actor, outcome: "ok" },
  ]);
  expect(fleet.getAudit({ jobId: forked.id }).entries).toHaveLength(1);
});

it("answers a trigger before its job says anything, and keeps its outcome over the end", async () => {
  await using test = await testFleet();
  let jobId = "";
  {
    await using fleet = open(test);
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    const [started] = await once(fleet, "agent:started");
    expect(started).toMatchObject({ jobId: id });
    jobId = id;
    await fleet.cancelJob(id);
    await expect(fleet.trigger("nobody")).rejects.toThrow();
  }
  await using later = open(test);
  await later.initialize();
  expect(later.getAudit({ operation: "trigger" }).entries).toMatchObject([
    { outcome: "AGENT_NOT_FOUND" },
    { outcome: "ok", newJobId: jobId },
  ]);
});

it("says on whose behalf it was, and never a secret or a text of any length", async () => {
  await using test = await testFleet();
  await using fleet = open(test);
  await fleet.initialize();
  const actor = { via: "bearer", access: "full", address: "10.0.0.3" } as const;
  const asked = runAs(actor, () => fleet.pause(`${secret}${"x".repeat(1_000)}`));
  await expect(asked).rejects.toThrow();
  await fleet.pause("a");
  const [own, theirs] = fleet.getAudit().entries;
  expect(own?.actor).toEqual({ via: "process" });
  expect(theirs?.actor).toEqual(actor);
  expect(theirs?.agentName).toMatch(/^\[secret\]x+$/);
  expect(theirs?.agentName).toHaveLength(200);
});

it("comes page by page, filtered, and is forgotten with the ledger", async () => {
  await using test = await testFleet();
  const clock = new ManualClock();
  await using fleet = open(test, { clock, history: { maxAge: 3_600_000 } });
  await fleet.initialize();
  for (let count = 0; count < 3; count++) await fleet.pause("a");
  await fleet.pause();
  const first = fleet.getAudit({ agentName: "a", limit: 2 });
  expect(first.entries).toHaveLength(2);
  const cursor = first.nextCursor ?? "";
  const second = fleet.getAudit({ agentName: "a", limit: 2, cursor });
  expect(second.entries).toHaveLength(1);
  expect(second).not.toHaveProperty("nextCursor");
  expect(fleet.getAudit({ since: new Date(clock.now() + 1) }).entries).toEqual([]);
  expect(fleet.getAudit({ operation: "resume" }).entries).toEqual([]);
  expect(() => fleet.getAudit({ cursor: "x" })).toThrow("not a cursor");

  await clock.advance(7_200_000);
  await fleet.start();
  await expect.poll(() => fleet.getAudit({ operation: "pause" }).entries).toEqual([]);
  expect(fleet.getAudit().entries).toHaveLength(1);
});

it("what cannot be recorded is done all the same, and the log says so", async () => {
  await using test = await testFleet();
  const logged: string[] = [];
  const ignore = (): void => undefined;
  const logger = {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: (text: string) => logged.push(text),
  };
  await using fleet = open(test, { logger });
  await fleet.initialize();
  using database = new DatabaseSync(`${test.stateDir}/herdctl.db`);
  database.exec("ALTER TABLE audit RENAME TO elsewhere");
  await fleet.pause("a");
  expect(fleet.getAgent("a").paused).toBe(true);
  expect(logged.join("\n")).toContain("pause is not in the audit");
});
