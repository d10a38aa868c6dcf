import { expect, test } from "vitest";
import { appendJobOutput, createJob, updateJob } from "../../src/state/job-metadata.ts";
import { jobOutputFile, tailJobOutput } from "../../src/state/job-output.ts";
import { getSessionInfo, saveSessionInfo } from "../../src/state/session.ts";
import { openState } from "./open-state.ts";

const job = { agentName: "writer", prompt: "go", workingDirectory: "/work" } as const;
const running = {
  status: "running",
  node: "node",
  leaseUntil: "2030-01-01T00:00:00.000Z",
} as const;

test("a run as a library user records it: created, running, output, session, done", async () => {
  const state = await openState();
  const { id, status } = await createJob(state, job);
  expect(status).toBe("queued");
  expect(await updateJob(state, id, running)).toMatchObject({ status: "running", attempt: 1 });
  await appendJobOutput(state, id, { type: "assistant", text: "hello" });
  const last = await appendJobOutput(state, id, { type: "result", subtype: "success" });
  expect(last).toMatchObject({ seq: 2, attempt: 1 });
  await updateJob(state, id, { sessionId: "s-1" });
  const ended = await updateJob(state, id, {
    status: "completed",
    exitReason: "success",
    summary: "hello",
  });
  expect(ended).toMatchObject({ status: "completed", sessionId: "s-1", summary: "hello" });
  const info = { sessionId: "s-1", agentName: "writer", jobId: id, workingDirectory: "/work" };
  const saved = await saveSessionInfo(state, { ...info, runtime: "sdk" });
  expect(saved).toMatchObject({ ...info, scope: "agent", container: false });
  expect(getSessionInfo(state, "writer")).toEqual(saved);
  expect(getSessionInfo(state, "writer", "schedule:nightly")).toBeUndefined();
  expect(tailJobOutput(jobOutputFile(state.stateDir, id)).lines).toHaveLength(2);
});

test("a session that is continued keeps its birth and changes its last use", async () => {
  let time = Date.parse("2026-03-01T12:00:00.000Z");
  const state = await openState({ clock: { now: () => time, sleep: async () => undefined } });
  const info = {
    sessionId: "s-1",
    agentName: "writer",
    jobId: "job-1",
    workingDirectory: "/work",
    runtime: "sdk",
  } as const;
  await saveSessionInfo(state, info);
  time += 60_000;
  await saveSessionInfo(state, { ...info, jobId: "job-2" });
  expect(getSessionInfo(state, "writer")).toMatchObject({
    jobId: "job-2",
    createdAt: "2026-03-01T12:00:00.000Z",
    lastUsedAt: "2026-03-01T12:01:00.000Z",
  });
});

test("keeps the id and the facts that are given", async () => {
  const state = await openState();
  const record = await createJob(state, { ...job, id: "job-mine", trigger: "fork", priority: 3 });
  expect(record).toMatchObject({ id: "job-mine", trigger: "fork", priority: 3 });
  await expect(createJob(state, { ...job, id: "job-mine" })).rejects.toMatchObject({
    code: "INVALID_REQUEST",
  });
});

test.each([
  ["end what never ran", { status: "failed", exitReason: "error" }],
  ["change fields of what never ran", { sessionId: "s-1" }],
] as const)("refuses to %s", async (_title, change) => {
  const state = await openState();
  const { id } = await createJob(state, job);
  await expect(updateJob(state, id, change)).rejects.toMatchObject({
    code: "INVALID_STATE",
    message: expect.stringContaining("is queued"),
  });
});

test("refuses to run a job twice and to touch one that is over", async () => {
  const state = await openState();
  const { id } = await createJob(state, job);
  await updateJob(state, id, running);
  await expect(updateJob(state, id, running)).rejects.toMatchObject({ code: "INVALID_STATE" });
  await updateJob(state, id, { status: "failed", exitReason: "timeout" });
  await expect(updateJob(state, id, { summary: "no" })).rejects.toMatchObject({
    code: "INVALID_STATE",
  });
});

test("knows which jobs do not exist", async () => {
  const state = await openState();
  const missing = { code: "JOB_NOT_FOUND" };
  await expect(updateJob(state, "job-none", running)).rejects.toMatchObject(missing);
  await expect(appendJobOutput(state, "job-none", { type: "other" })).rejects.toMatchObject(
    missing,
  );
});
