import { readFile, writeFile } from "node:fs/promises";
import { FleetManager } from "@herdctl/core";
import { createTestFleet, inPrompt, script, type TestFleet } from "@herdctl/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFleetClient,
  createFleetServer,
  type FleetClient,
  type FleetEvent,
  type FleetOperations,
  type FleetServer,
  localOperations,
} from "../src/index.ts";
import { collect } from "./collect.ts";
import { get } from "./raw-request.ts";

const secret = "s3cr3t-value-of-the-environment";

let files: TestFleet;
let fleet: FleetManager;
let server: FleetServer;
let client: FleetClient;
let local: FleetOperations;
let socketPath: string;

beforeAll(async () => {
  files = await createTestFleet({
    agents: {
      writer: {
        description: "Writes with ${WRITER_TOKEN}.",
        default_prompt: "Write with ${WRITER_TOKEN}.",
        schedules: { yearly: { type: "cron", cron: "0 6 1 1 *", prompt: "Write it." } },
      },
    },
    scripts: {
      writer: script()
        .text("Working on it.")
        .tool("Write", { file_path: "note.md", content: "Hello" })
        .text(`Done with ${secret}.`),
    },
  });
  fleet = new FleetManager({
    configPath: files.configPath,
    stateDir: files.stateDir,
    env: { ...files.env, WRITER_TOKEN: secret },
  });
  await fleet.initialize();
  await fleet.start();
  socketPath = `${files.stateDir}/herdctl.sock`;
  server = createFleetServer(fleet);
  await server.listen({ socketPath });
  client = createFleetClient({ socketPath });
  local = localOperations(fleet);
});

afterAll(async () => {
  client.close();
  await server.close();
  await fleet.stop({ waitForJobs: false });
  await files[Symbol.asyncDispose]();
});

test("a job triggered over the socket runs, and is the same seen from everywhere", async () => {
  const seen: FleetEvent[] = [];
  const leave = new AbortController();
  const watching = (async () => {
    for await (const event of client.streamEvents({ signal: leave.signal })) {
      seen.push(event);
      if (event.type === "job:completed" || event.type === "job:failed") leave.abort();
    }
  })();
  const job = await client.trigger("writer");
  const lines = collect(client.streamJobLines(job.id));
  const finished = await client.waitForJob(job.id);
  await watching;
  expect(finished).toMatchObject({ status: "completed", exitReason: "success" });
  expect(seen.at(-1)).toMatchObject({ type: "job:completed", jobId: job.id });
  expect(await lines).toEqual(await collect(local.streamJobLines(job.id)));

  const reads: readonly ((operations: FleetOperations) => Promise<unknown>)[] = [
    (operations) => operations.getAgents(),
    (operations) => operations.getAgent("writer"),
    (operations) => operations.getJobs({ agentName: "writer", limit: 5 }),
    (operations) => operations.getJob(job.id.slice(0, -1)),
    (operations) => operations.getJob("latest"),
    (operations) => operations.getQueue(),
    (operations) => operations.getSchedules(),
    (operations) => operations.getSchedule("writer", "yearly"),
    (operations) => operations.planTrigger("writer", "yearly", { priority: 1 }),
    (operations) => operations.waitForJob(job.id),
  ];
  for (const read of reads) {
    const inProcess = plain(await read(local));
    expect(plain(await read(client))).toEqual(inProcess);
  }
  const remoteStatus = await client.getStatus();
  const status = await local.getStatus();
  expect({ ...remoteStatus, uptime: status.uptime }).toEqual(status);
  expect(status.uptime - remoteStatus.uptime).toBeLessThan(1_000);
});

test("jobs are repeated over the socket, and what they used is known to both", async () => {
  const first = await client.trigger("writer", undefined, {
    promptOverride: inPrompt(script().text("Once.")),
  });
  const original = await client.waitForJob(first.id);
  const forked = await client.waitForJob((await client.forkJob(first.id, { maxTurns: 2 })).id);
  expect(forked).toMatchObject({ trigger: "fork", forkedFrom: first.id, status: "completed" });
  const retried = await client.waitForJob((await client.retryJob(first.id)).id);
  expect(retried).toMatchObject({ prompt: original.prompt, status: "completed" });
  const prompt = inPrompt(script().text("Twice."));
  const resumed = await client.waitForJob((await client.resumeJob(first.id, prompt)).id);
  expect(resumed).toMatchObject({ sessionId: original.sessionId, status: "completed" });
  const usage = await client.getUsage({ since: "2000-01-01", agentName: "writer" });
  expect(usage).toEqual(await local.getUsage({ since: "2000-01-01" }));
  expect(usage[0]?.costUsd).toBeGreaterThan(0);
});

test("pauses, switches and previews are the same seen from everywhere", async () => {
  await client.pause("writer");
  expect(await local.getAgent("writer")).toMatchObject({ paused: true });
  const held = await client.trigger("writer");
  expect(await local.cancelAll({ agentName: "writer" })).toEqual([held.id]);
  expect([await client.resume("writer"), await client.resume("writer")]).toEqual([true, false]);

  await client.disableSchedule("writer", "yearly");
  expect(await local.getSchedule("writer", "yearly")).toMatchObject({
    enabled: false,
    nextTrigger: null,
  });
  const preview = await client.previewSchedule("writer", "yearly", 2);
  expect(preview).toEqual(await local.previewSchedule("writer", "yearly", 2));
  expect(preview).toHaveLength(2);
  await client.enableSchedule("writer", "yearly");
  expect((await client.getSchedule("writer", "yearly")).nextTrigger).toEqual(preview[0]);
  expect(await client.getScheduleFires({ agentName: "writer" })).toEqual(
    await local.getScheduleFires(),
  );
});

test("a reload tells its changes to whoever asked, and its problems when it is refused", async () => {
  const file = `${files.dir}/agents/writer.yaml`;
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace("0 6 1 1 *", "0 7 1 1 *"));
  expect(await client.reload()).toEqual(["agent:writer:schedule:yearly:cron changed"]);
  expect(await local.reload()).toEqual([]);
  await writeFile(file, text.replace("0 6 1 1 *", "0 70 1 1 *"));
  await expect(client.reload()).rejects.toMatchObject({
    code: "CONFIGURATION_ERROR",
    context: { problems: [{ file, line: expect.any(Number) }] },
  });
  await writeFile(file, text);
  expect(await local.reload()).toEqual(["agent:writer:schedule:yearly:cron changed"]);
});

test.each([
  ["an unknown agent", (operations: FleetOperations) => operations.getAgent("wrter")],
  ["an unknown schedule", (operations: FleetOperations) => operations.getSchedule("writer", "x")],
  ["an unknown job", (operations: FleetOperations) => operations.getJob("job-zzz")],
  ["forking an unknown job", (operations: FleetOperations) => operations.forkJob("job-zzz")],
  ["pausing an unknown agent", (operations: FleetOperations) => operations.pause("wrter")],
  [
    "fires of an unknown agent",
    (operations: FleetOperations) => operations.getScheduleFires({ agentName: "x" }),
  ],
  [
    "switching nothing",
    (operations: FleetOperations) => operations.enableSchedule("writer", "yealy"),
  ],
  ["cancelling what is over", (operations: FleetOperations) => operations.cancelJob("latest")],
  ["a trigger of nobody", (operations: FleetOperations) => operations.trigger("nobody")],
])("%s is the same error from everywhere", async (_, call) => {
  const [remote, inProcess] = await Promise.all(
    [client, local].map((operations) => call(operations).catch((error: unknown) => error)),
  );
  expect(remote).toMatchObject(errorFacts(inProcess));
});

test("a running job is cancelled over the socket, and a wait for it ends", async () => {
  const stalling = script().text("Wait").stall();
  const job = await client.trigger("writer", undefined, { promptOverride: inPrompt(stalling) });
  for await (const line of client.streamJobLines(job.id)) {
    if (line.type === "system") break;
  }
  const waiting = client.waitForJob(job.id);
  await client.cancelJob(job.id);
  expect(await waiting).toMatchObject({ status: "cancelled", exitReason: "cancelled" });
});

test("the version of the fleet changes with what is asked of it, and with nothing else", async () => {
  const versions = [fleet.getVersion()];
  for (const change of [
    () => client.pause("writer"),
    () => client.resume("writer"),
    async () => client.waitForJob((await client.trigger("writer")).id),
    () => client.disableSchedule("writer", "yearly"),
    () => client.enableSchedule("writer", "yearly"),
    () => client.reload(),
  ]) {
    await change();
    versions.push(fleet.getVersion());
  }
  expect(new Set(versions).size).toBe(versions.length);
  const look = async (): Promise<boolean> => {
    const before = fleet.getVersion();
    await client.getStatus();
    await client.getJobs();
    expect(await client.getHealth()).not.toHaveProperty("problem");
    return fleet.getVersion() === before;
  };
  // What follows a job, such as the pruning of its history, may still go on.
  await expect.poll(look).toBe(true);
});

test("an agent that comes across a token shows it to nobody", async () => {
  const { newTokens } = await server.listenTcp({
    host: "127.0.0.1",
    port: 0,
    stateDir: files.stateDir,
  });
  const token = newTokens?.full ?? "";
  const prompt = inPrompt(script().text("Look what I found in tokens.json."));
  const job = await client.trigger("writer", undefined, { promptOverride: `${prompt} ${token}` });
  await client.waitForJob(job.id);
  for (const path of [`jobs/${job.id}`, `jobs/${job.id}/lines?follow=false`, "jobs"]) {
    const { text } = await get(socketPath, `/api/${path}`);
    expect(text).not.toContain(token);
  }
  expect((await client.getJob(job.id)).prompt).toContain("[secret]");
});

test("no answer carries a secret", async () => {
  const paths = ["status", "agents", "jobs", "jobs/latest", "queue", "schedules", "fires"];
  const jobs = (await client.getJobs()).jobs.map(({ id }) => id);
  const each = jobs.flatMap((id) => [`jobs/${id}`, `jobs/${id}/lines?follow=false`]);
  for (const path of [...paths, ...each]) {
    const answer = await get(socketPath, `/api/${path}`);
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain(secret);
  }
  const leave = new AbortController();
  const log: unknown[] = [];
  for await (const entry of client.streamLogs({ level: "debug", signal: leave.signal })) {
    log.push(entry);
    if (log.length === 3) leave.abort();
  }
  expect(JSON.stringify(log)).not.toContain(secret);
});

test("the log of nobody is an answer and not the end of a stream", async () => {
  for (const query of ["agentName=nobody", "jobId=job-nothing"]) {
    expect((await get(socketPath, `/api/logs?${query}`)).status).toBe(404);
  }
});

test("a list of jobs comes in pages, wherever it is asked for", async () => {
  await fleet.pause("writer");
  const asked = Array.from({ length: 101 }, () => fleet.trigger("writer"));
  const ids = (await Promise.all(asked)).map(({ id }) => id);
  expect(fleet.getJobs({ agentName: "writer", status: "queued" })).toHaveLength(101);
  for (const operations of [client, local]) {
    const first = await operations.getJobs({ agentName: "writer", status: "queued" });
    expect(first.jobs).toHaveLength(100);
    const cursor = first.nextCursor ?? "";
    const rest = await operations.getJobs({ agentName: "writer", status: "queued", cursor });
    expect(rest.nextCursor).toBeUndefined();
    const all = [...first.jobs, ...rest.jobs].map(({ id }) => id);
    expect(all.toSorted()).toEqual(ids.toSorted());
  }
  await fleet.cancelAll({ agentName: "writer" });
  await fleet.resume("writer");
});

/** Getters read, so that what is compared is what a caller sees. */
function plain(value: unknown): unknown {
  return structuredClone(value);
}

function errorFacts(error: unknown): object {
  if (!(error instanceof Error)) throw new Error("there was no error");
  const { message } = error;
  return {
    message,
    ...("code" in error && { code: error.code }),
    ...("context" in error && { context: error.context }),
  };
}
