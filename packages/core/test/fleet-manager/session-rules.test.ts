import { once } from "node:events";
import { rmSync } from "node:fs";
import { chmod, glob, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestFleet, inPrompt, ManualClock, script, type TestFleet } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import type { FleetManager } from "../../src/fleet-manager/fleet-manager.ts";
import type { Job } from "../../src/fleet-manager/types.ts";
import { StateManager } from "../../src/state/manager.ts";
import { saveSessionInfo } from "../../src/state/session.ts";
import { openByHand } from "./open-by-hand.ts";

const minute = 60_000;
const done = script().text("done");
const answering = { scripts: { a: done } };
// Its own script counts, also where a person said something before it that nobody has answered.
const go = `Go. ${inPrompt(done)}`;

async function run(fleet: FleetManager, prompt = go): Promise<Job> {
  const { id } = await fleet.trigger("a", undefined, { promptOverride: prompt });
  return fleet.waitForJob(id);
}

function sessionOf({ sessionId }: Job): string {
  if (sessionId === undefined) throw new Error("the job has no session");
  return sessionId;
}

async function transcriptOf(test: TestFleet, sessionId: string): Promise<string> {
  const projects = join(test.dir, "home/.claude/projects");
  const [path] = await Array.fromAsync(glob(`*/${sessionId}.jsonl`, { cwd: projects }));
  if (path === undefined) throw new Error("the session has no transcript");
  return join(projects, path);
}

function deleteTranscripts(test: TestFleet): void {
  rmSync(join(test.dir, "home/.claude/projects"), { recursive: true, force: true });
}

describe("an explicit resume", () => {
  it("refuses a session that nobody knows", async () => {
    await using test = await createTestFleet({ agents: { a: {} }, ...answering });
    await using fleet = test.manager();
    await fleet.initialize();
    const options = { promptOverride: "Go.", resume: "11111111-2222-4333-8444-555555555555" };
    const refusal = { code: "SESSION_NOT_FOUND", sessionId: options.resume };
    await expect(fleet.trigger("a", undefined, options)).rejects.toMatchObject(refusal);
    await expect(fleet.planTrigger("a", undefined, options)).rejects.toMatchObject(refusal);
    expect(fleet.getJobs()).toEqual([]);
  });

  it("takes a unique start of the session's id", async () => {
    await using test = await createTestFleet({ agents: { a: {}, b: {} }, ...answering });
    await using fleet = test.manager();
    await fleet.initialize();
    const sessionId = sessionOf(await run(fleet));
    const resume = sessionId.slice(0, 8);
    const options = { promptOverride: "More.", resume };
    await fleet.planTrigger("a", undefined, options);
    const { id } = await fleet.trigger("a", undefined, options);
    expect(await fleet.waitForJob(id)).toMatchObject({ status: "completed", sessionId });
    await expect(fleet.trigger("b", undefined, options)).rejects.toMatchObject({
      code: "SESSION_NOT_RESUMABLE",
    });
    for (const name of ["", `${resume}-0`]) {
      await expect(
        fleet.trigger("a", undefined, { ...options, resume: name }),
      ).rejects.toMatchObject({ code: "SESSION_NOT_FOUND" });
    }
  });

  it("refuses a start that two sessions have", async () => {
    await using test = await createTestFleet({ agents: { a: {} }, ...answering });
    await using fleet = test.manager();
    await fleet.initialize();
    const first = sessionOf(await run(fleet));
    const transcript = await readFile(await transcriptOf(test, first), "utf8");
    const twin = `${first.slice(0, 8)}-0000-4000-8000-000000000000`;
    await writeFile((await transcriptOf(test, first)).replace(first, twin), transcript);
    const options = { promptOverride: "More.", resume: first.slice(0, 8) };
    await expect(fleet.trigger("a", undefined, options)).rejects.toMatchObject({
      code: "SESSION_NOT_FOUND",
      message: expect.stringContaining("More than one session starts with"),
    });
    expect(await fleet.trigger("a", undefined, { ...options, resume: first })).toBeDefined();
  });

  it("refuses a session whose transcript is gone, and continues it while it is there", async () => {
    await using test = await createTestFleet({ agents: { a: {} }, ...answering });
    await using fleet = test.manager();
    await fleet.initialize();
    const first = await run(fleet);
    const again = await fleet.resumeJob(first.id, "More.");
    expect((await fleet.waitForJob(again.id)).sessionId).toBe(first.sessionId);
    const waiting = await fleet.resumeJob(
      first.id,
      `More. ${inPrompt(script().text("x").stall())}`,
    );
    const late = await fleet.resumeJob(first.id, "Too late.");
    deleteTranscripts(test);
    await expect(fleet.resumeJob(first.id, "More.")).rejects.toMatchObject({
      code: "SESSION_NOT_RESUMABLE",
      reason: "no_transcript",
      message: expect.stringContaining("no longer where Claude Code kept it"),
    });
    await fleet.cancelJob(waiting.id);
    deleteTranscripts(test);
    expect(await fleet.waitForJob(late.id)).toMatchObject({
      status: "failed",
      error: { code: "SESSION_NOT_RESUMABLE" },
    });
  });

  it("says that a job which was ended at once has left no session", async () => {
    await using test = await createTestFleet({ agents: { a: {} }, ...answering });
    const dead = join(test.dir, "dead-claude");
    await writeFile(dead, "#!/bin/sh\nexit 1\n");
    await chmod(dead, 0o755);
    await using fleet = test.manager({ claudePath: dead });
    await fleet.initialize();
    const job = await run(fleet);
    expect(job.status).toBe("failed");
    await expect(fleet.resumeJob(job.id, "More.")).rejects.toMatchObject({
      code: "SESSION_NOT_RESUMABLE",
      reason: "no_transcript",
      message: expect.stringContaining("never saved"),
    });
  });

  it("refuses an expired session; a fork of it is a session of its own", async () => {
    await using test = await createTestFleet({
      agents: { a: { session: { timeout: "10m" } } },
      ...answering,
    });
    const clock = new ManualClock();
    await using fleet = test.manager({ clock });
    await fleet.initialize();
    const job = await run(fleet);
    await clock.advance(11 * minute);
    await expect(fleet.resumeJob(job.id, "More.")).rejects.toMatchObject({
      code: "SESSION_NOT_RESUMABLE",
      reason: "expired",
    });
    const fork = await fleet.forkJob(job.id, { session: "fork" });
    const forked = await fleet.waitForJob(fork.id);
    expect(forked.status).toBe("completed");
    expect(forked.sessionId).not.toBe(job.sessionId);
  });

  it.each([
    [{ runtime: "cli" }, "other_runtime"],
    [{ container: true }, "other_container"],
    [{ workingDirectory: "/elsewhere" }, "other_directory"],
  ] as const)("refuses a session with %j", async (different, reason) => {
    await using test = await createTestFleet({ agents: { a: {} }, ...answering });
    const sessionId = "11111111-2222-4333-8444-555555555555";
    const state = await StateManager.open({ stateDir: test.stateDir });
    const workingDirectory = test.workspace("a");
    const own = { agentName: "a", runtime: "sdk", workingDirectory, jobId: "job-1" } as const;
    await saveSessionInfo(state, { sessionId, ...own, ...different });
    await state.close();
    await using fleet = test.manager();
    await fleet.initialize();
    const resumed = fleet.trigger("a", undefined, { promptOverride: "Go.", resume: sessionId });
    await expect(resumed).rejects.toMatchObject({ code: "SESSION_NOT_RESUMABLE", reason });
  });
});

describe("an agent that keeps one session", () => {
  const persistent = { session: { mode: "persistent" }, retry: { max_attempts: 2, backoff: "1s" } };

  it("continues what the job before leaves, though both were asked for together", async () => {
    await using test = await createTestFleet({ agents: { a: persistent }, ...answering });
    await using fleet = test.manager();
    await fleet.initialize();
    const jobs = await Promise.all(["One.", "Two.", "Three."].map((prompt) => run(fleet, prompt)));
    expect(new Set(jobs.map(sessionOf)).size).toBe(1);
  });

  it("begins afresh, and says why, where the last session is gone", async () => {
    await using test = await createTestFleet({ agents: { a: persistent }, ...answering });
    await using fleet = test.manager();
    await fleet.initialize();
    const first = await run(fleet);
    deleteTranscripts(test);
    const second = await run(fleet);
    expect(second).toMatchObject({
      status: "completed",
      sessionNote: "the last session is no longer on disk",
    });
    expect(second.sessionId).not.toBe(first.sessionId);
    expect(sessionOf(await run(fleet))).toBe(second.sessionId);
  });

  it("finds it in the home that the agent's environment names", async () => {
    await using test = await createTestFleet({
      agents: { a: { ...persistent, env: { CLAUDE_CONFIG_DIR: "own-home" } } },
      ...answering,
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const [first, second] = [await run(fleet), await run(fleet)];
    expect(second).toMatchObject({ status: "completed", sessionId: first.sessionId });
    expect(await fleet.getSessions()).toMatchObject([
      { sessionId: first.sessionId, resumable: true },
    ]);
  });

  it("starts a retry anew where the attempt before left nothing to continue", async () => {
    const failure = { times: 1, headers: { "x-should-retry": "false" } } as const;
    const steps = script()
      .tool("Bash", { command: "echo x >> runs.txt" })
      .error(529, failure)
      .text("done");
    await using test = await createTestFleet({
      agents: { a: { ...persistent, permission_mode: "bypassPermissions" } },
    });
    await using fleet = test.manager();
    fleet.on("job:waiting", () => deleteTranscripts(test));
    await fleet.initialize();
    const job = await run(fleet, `Go. ${inPrompt(steps)}`);
    expect(job).toMatchObject({
      attempt: 2,
      sessionNote: "claude was ended before its session was saved",
    });
    expect(await readFile(join(test.workspace("a"), "runs.txt"), "utf8")).toBe("x\nx\n");
    const main = test.server.requests.filter(({ kind }) => kind === "main");
    expect(new Set(main.map(({ sessionId }) => sessionId)).size).toBe(2);
  });

  it("waits while a person has the session open, then goes on in it", async () => {
    await using test = await createTestFleet({ agents: { a: persistent }, ...answering });
    await using fleet = test.manager();
    await fleet.initialize();
    const first = await run(fleet);
    await using person = await openByHand(test, sessionOf(first));
    expect(await fleet.getSession(sessionOf(first))).toMatchObject({ openIn: person.pid });
    const { id } = await fleet.trigger("a", undefined, { promptOverride: go });
    await expect.poll(() => fleet.getJob(id)).toMatchObject({ waitingFor: "session" });
    await person.leave();
    const { sessionId } = first;
    await expect.poll(() => fleet.getJob(id)).toMatchObject({ status: "completed", sessionId });
  });

  it("does not branch off from a session that a person has open", async () => {
    await using test = await createTestFleet({ agents: { a: persistent }, ...answering });
    await using fleet = test.manager();
    await fleet.initialize();
    const first = await run(fleet);
    await using person = await openByHand(test, sessionOf(first));
    const fork = await fleet.forkJob(first.id, { session: "fork" });
    await expect.poll(() => fleet.getJob(fork.id)).toMatchObject({ waitingFor: "session" });
    await person.leave();
    await expect.poll(() => fleet.getJob(fork.id)).toMatchObject({ status: "completed" });
  });
});

describe("a schedule that continues its session", () => {
  it("skips what is due while a person has the session open", async () => {
    const often = { type: "interval", interval: "5m", prompt: go, resume_session: true };
    await using test = await createTestFleet({
      agents: { a: { schedules: { often } } },
      ...answering,
    });
    const clock = new ManualClock();
    await using fleet = test.manager({ clock });
    await fleet.initialize();
    const completed = once(fleet, "job:completed");
    await fleet.start();
    await completed;
    await using person = await openByHand(test, sessionOf(fleet.getJob("latest")));
    const skipped = once(fleet, "schedule:skipped");
    await clock.advance(5 * minute);
    expect(await skipped).toMatchObject([{ reason: "session_busy" }]);
    await person.leave();
    const next = once(fleet, "job:completed");
    await clock.advance(5 * minute);
    await next;
    expect(new Set(fleet.getJobs().map(sessionOf)).size).toBe(1);
  });
});
