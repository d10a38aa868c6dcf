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

test.each([
  ["an unknown agent", (operations: FleetOperations) => operations.getAgent("wrter")],
  ["an unknown schedule", (operations: FleetOperations) => operations.getSchedule("writer", "x")],
  ["an unknown job", (operations: FleetOperations) => operations.getJob("job-zzz")],
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

test("no answer carries a secret", async () => {
  const paths = ["status", "agents", "jobs", "jobs/latest", "queue", "schedules"];
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
