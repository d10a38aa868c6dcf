import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { expect, test } from "vitest";
import { clientOver } from "../src/client/client.ts";
import { createConnection } from "../src/client/connection.ts";
import { defaultPatience } from "../src/client/patience.ts";
import { createFleetClient, localOperations } from "../src/index.ts";
import { breakableProxy } from "./breakable-proxy.ts";
import { collect } from "./collect.ts";
import { heapInUse } from "./heap-in-use.ts";
import { get, open } from "./raw-request.ts";
import { serveRecorded } from "./serve-recorded.ts";

test("job lines: history, then live, then the end with the job", async () => {
  await using served = await serveRecorded();
  for (const text of ["one", "two\n\ndata: not a frame", "három – ✓ "]) served.fleet.say(text);
  const seen: (string | undefined)[] = [];
  for await (const line of served.client.streamJobLines("latest")) {
    seen.push(line.text);
    if (seen.length === 3) served.fleet.say("live");
    if (seen.length === 4) served.fleet.finish("completed");
  }
  expect(seen).toEqual(["one", "two\n\ndata: not a frame", "három – ✓ ", "live"]);
});

test("job lines: from a line on, and without following", async () => {
  await using served = await serveRecorded();
  for (const text of ["one", "two", "three"]) served.fleet.say(text);
  const options = { fromSeq: 2, follow: false };
  const remote = await collect(served.client.streamJobLines("latest", options));
  const local = localOperations(served.fleet).streamJobLines("latest", options);
  expect(remote).toEqual(await collect(local));
  expect(remote.map((line) => line.seq)).toEqual([2, 3]);
});

test("job lines of an unknown job are an error with its code", async () => {
  await using served = await serveRecorded();
  const lines = collect(served.client.streamJobLines("job-zzz"));
  await expect(lines).rejects.toMatchObject({
    code: "JOB_NOT_FOUND",
    context: { jobId: "job-zzz" },
  });
});

test("a source that fails in mid-stream is an error with its code", async () => {
  await using served = await serveRecorded();
  served.fleet.streamJobLines = async function* () {
    yield* [];
    served.fleet.getJob("gone");
  };
  const lines = collect(served.client.streamJobLines("latest"));
  await expect(lines).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
});

test("events: every type arrives as it was emitted", async () => {
  await using served = await serveRecorded();
  const { fleet } = served;
  const opened = answersArrive(1);
  const events = served.client.streamEvents()[Symbol.asyncIterator]();
  const local = localOperations(fleet).streamEvents()[Symbol.asyncIterator]();
  const first = events.next();
  const firstLocal = local.next();
  await opened;
  const at = new Date("2026-03-29T01:30:00.123Z");
  const job = { agentName: "a.b", jobId: "job-1" };
  const schedule = { agentName: "a.b", scheduleName: "s" };
  const result = {
    success: false,
    exitReason: "denied" as const,
    turns: 1,
    costUsd: 0.25,
    usage: {},
    permissionDenials: [{ toolName: "Bash", toolUseId: "t1", input: { command: "ls" } }],
  };
  fleet.emit("started", { timestamp: at });
  fleet.emit("config:reloaded", { changes: ["agent:x added"] });
  fleet.emit("agent:started", job);
  fleet.emit("schedule:triggered", { ...schedule, jobId: "job-1" });
  fleet.emit("schedule:skipped", { ...schedule, reason: "concurrency_limit" });
  fleet.emit("schedule:missed", { ...schedule, from: at, until: at, count: 3 });
  fleet.emit("job:created", { job: fleet.job });
  fleet.emit("job:queued", { ...job, position: 2 });
  fleet.emit("job:waiting", { jobId: "job-1", waitingFor: "window", wakeAt: at });
  fleet.emit("job:completed", { jobId: "job-1", result });
  fleet.emit("job:cancelled", { jobId: "job-1", reason: "user" });
  fleet.emit("agent:stopped", { ...job, reason: "completed" });
  fleet.emit("stopped", { timestamp: at, reason: "test" });
  const remote = [await first];
  const own = [await firstLocal];
  while (remote.length < 13) remote.push(await events.next());
  while (own.length < 13) own.push(await local.next());
  expect(remote).toEqual(own);
  expect(remote[0]?.value).toEqual({ type: "started", timestamp: at });
  const failed = events.next();
  fleet.emit("job:failed", { jobId: "job-1", error: new Error("key sk-1 refused"), result });
  const { value } = await failed;
  expect(value).toMatchObject({ type: "job:failed", jobId: "job-1", result });
  await events.return?.();
  await local.return?.();
});

test("a stream of events ends with its signal, and with its client", async () => {
  await using served = await serveRecorded();
  const opened = answersArrive(2);
  const given = new AbortController();
  const first = collect(served.client.streamEvents({ signal: given.signal }));
  const second = collect(served.client.streamLogs());
  await opened;
  given.abort();
  expect(await first).toEqual([]);
  served.client.close();
  expect(await second).toEqual([]);
});

test("a stream whose daemon goes away says so", async () => {
  await using served = await serveRecorded();
  const { socketPath } = served;
  const client = clientOver(createConnection({ socketPath }, { ...defaultPatience, absence: 300 }));
  const opened = answersArrive(1);
  const events = collect(client.streamEvents());
  await opened;
  await served.server.close();
  await expect(events).rejects.toMatchObject({ code: "DAEMON_UNREACHABLE" });
});

test("streams go on after a broken connection without gap or repeat", async () => {
  await using served = await serveRecorded();
  const socketPath = `${served.folder}/proxy.sock`;
  await using proxy = await breakableProxy({ path: socketPath }, { path: served.socketPath });
  const client = createFleetClient({ socketPath });
  const { fleet } = served;
  const same = new Date(0);
  for (const text of ["1", "2", "3"]) {
    fleet.say(text);
    fleet.note(text, same);
  }
  const lines = client.streamJobLines("latest")[Symbol.asyncIterator]();
  const log = client.streamLogs()[Symbol.asyncIterator]();
  const events = client.streamEvents()[Symbol.asyncIterator]();
  for (const expected of ["1", "2", "3"]) {
    expect((await lines.next()).value).toMatchObject({ text: expected });
    expect((await log.next()).value).toMatchObject({ message: expected });
  }
  const opened = answersArrive(1);
  const event = events.next();
  await opened;
  fleet.emit("started", { timestamp: same });
  expect((await event).value).toMatchObject({ type: "started" });

  proxy.breakAll();
  fleet.say("4");
  fleet.note("4", same);
  fleet.emit("agent:started", { agentName: "a", jobId: "job-9" });
  expect((await lines.next()).value).toMatchObject({ text: "4" });
  expect((await log.next()).value).toMatchObject({ message: "4" });
  expect((await events.next()).value).toMatchObject({ type: "agent:started" });
  client.close();
});

test("a reader of another daemon's events is told that it missed some", async () => {
  await using served = await serveRecorded();
  const answer = await open({
    socketPath: served.socketPath,
    path: "/api/events",
    headers: { "last-event-id": "0badcafe-7" },
  });
  const text = await readUntil(answer, "gap");
  expect(text).toMatch(
    /^event: open\nid: [0-9a-f]{8}-0\ndata: \{\}\n\nid: \S+\ndata: \{"type":"gap"\}\n\n$/,
  );
});

test("a reader that takes nothing is dropped and slows nobody", async () => {
  await using served = await serveRecorded({ heartbeat: 100 });
  for (let index = 0; index < 60; index++) served.fleet.say("x".repeat(100_000));
  const stuck = await open({ socketPath: served.socketPath, path: "/api/jobs/latest/lines" });
  stuck.pause();
  const healthy = served.client.streamJobLines("latest", { follow: false });
  expect(await collect(healthy)).toHaveLength(60);
  await expect.poll(() => served.fleet.readers).toBe(0);
  await expect(collect(stuck)).rejects.toThrow("aborted");
});

test("a stream that has ended leaves nothing behind", async () => {
  await using served = await serveRecorded();
  served.fleet.finish("completed");
  for (let index = 0; index < 20; index++) {
    expect(await collect(served.client.streamJobLines("latest"))).toEqual([]);
  }
  expect(served.fleet.readers).toBe(0);
});

test("an idle stream shows signs of life", async () => {
  await using served = await serveRecorded({ heartbeat: 20 });
  const answer = await open({ socketPath: served.socketPath, path: "/api/logs" });
  await readUntil(answer, ": still here\n\n: still here\n\n");
});

test("200 idle streams cost little, and all hear the same event", async () => {
  await using served = await serveRecorded();
  const before = heapInUse();
  const opened = answersArrive(200);
  const streams = Array.from({ length: 200 }, () =>
    served.client.streamEvents()[Symbol.asyncIterator](),
  );
  const firsts = streams.map((stream) => stream.next());
  await opened;
  expect(heapInUse() - before).toBeLessThan(60 * 1024 * 1024);
  served.fleet.emit("agent:started", { agentName: "a", jobId: "job-1" });
  const heard = await Promise.all(firsts);
  expect(heard.every(({ value }) => value?.type === "agent:started")).toBe(true);
  expect((await get(served.socketPath, "/api/status")).status).toBe(200);
});

/** Resolves once clients in this process have had this many answers begin. */
function answersArrive(count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let arrived = 0;
  const arrive = (): void => {
    arrived += 1;
    if (arrived < count) return;
    unsubscribe("http.client.response.finish", arrive);
    resolve();
  };
  subscribe("http.client.response.finish", arrive);
  return promise;
}

/** Reads until this text has come, then lets go. */
async function readUntil(body: AsyncIterable<unknown>, wanted: string): Promise<string> {
  let text = "";
  for await (const chunk of body) {
    text += String(chunk);
    if (text.includes(wanted)) return text;
  }
  throw new Error(`the stream ended with ${JSON.stringify(text)}`);
}
