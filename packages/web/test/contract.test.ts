import type { OutgoingHttpHeaders } from "node:http";
import { FleetManagerError } from "@herdctl/core";
import { expect, test } from "vitest";
import { type FleetOperations, localOperations, operations, streams } from "../src/index.ts";
import { get, type RawAnswer, send } from "./raw-request.ts";
import { serveRecorded } from "./serve-recorded.ts";

const agent = "platform.reviewer";
const options = {
  promptOverride: "x",
  priority: -3,
  queue: false,
  workItems: [{ type: "issue", url: "https://example.test/1", labels: ["a"] }],
};

// Conversations have tests of their own.
type Conversing =
  | "openConversation"
  | "sendMessage"
  | "interruptConversation"
  | "closeConversation";

const answered: Record<
  Exclude<keyof typeof operations, "cancelJob" | "stop" | "waitForJob" | Conversing>,
  (fleet: FleetOperations) => Promise<unknown>
> = {
  getStatus: (fleet) => fleet.getStatus(),
  getHealth: (fleet) => fleet.getHealth(),
  getAgents: (fleet) => fleet.getAgents(),
  getAgent: (fleet) => fleet.getAgent(agent),
  getJobs: (fleet) => fleet.getJobs({ limit: 3, startedAfter: new Date(0), text: "a&b=c d" }),
  getJob: (fleet) => fleet.getJob("latest"),
  getQueue: (fleet) => fleet.getQueue(),
  getSchedules: (fleet) => fleet.getSchedules(),
  getSchedule: (fleet) => fleet.getSchedule(agent, "night/ly ü"),
  getScheduleFires: (fleet) =>
    fleet.getScheduleFires({ agentName: agent, scheduleName: "s", limit: 7, cursor: "c" }),
  previewSchedule: (fleet) => fleet.previewSchedule(agent, "nightly", 3),
  enableSchedule: (fleet) => fleet.enableSchedule(agent, "nightly"),
  disableSchedule: (fleet) => fleet.disableSchedule(agent, "night/ly ü"),
  trigger: (fleet) => fleet.trigger(agent, "nightly", options),
  planTrigger: (fleet) => fleet.planTrigger(agent),
  forkJob: (fleet) =>
    fleet.forkJob("latest", {
      promptOverride: "y",
      workItems: [{ type: "issue" }],
      priority: 4,
      model: "opus",
      maxTurns: 3,
      session: "fork",
    }),
  retryJob: (fleet) => fleet.retryJob("job-01h"),
  resumeJob: (fleet) => fleet.resumeJob("latest", "Go on – “please”"),
  cancelAll: (fleet) => fleet.cancelAll({ agentName: agent }),
  getApprovals: (fleet) => fleet.getApprovals({ status: "pending", agentName: agent, limit: 9 }),
  answerApproval: (fleet) =>
    fleet.answerApproval("01hzy", { decision: "allow", reason: "fine – “ok”" }, { by: "ann" }),
  pause: (fleet) => fleet.pause(agent),
  resume: (fleet) => fleet.resume(),
  getSessions: (fleet) => fleet.getSessions({ agentName: agent, all: true }),
  getSession: (fleet) => fleet.getSession("5f0c"),
  getSessionMessages: (fleet) => fleet.getSessionMessages("5f0c", { limit: 3, cursor: "9/a:1" }),
  getMemory: (fleet) => fleet.getMemory(agent, { search: "pull 41" }),
  forgetMemory: (fleet) => fleet.forgetMemory(agent, "last"),
  getAudit: (fleet) =>
    fleet.getAudit({ operation: "trigger", agentName: agent, since: new Date(0), cursor: "9" }),
  getUsage: (fleet) => fleet.getUsage({ since: "2026-01-31", agentName: agent }),
  previewAgent: (fleet) =>
    fleet.previewAgent("acme/agents", { name: "second", path: "a/ü", ref: "v2" }),
  addAgent: (fleet) => fleet.addAgent("./a", { digest: "0f" }),
  getInstalledAgents: (fleet) => fleet.getInstalledAgents(),
  getInstalledAgent: (fleet) => fleet.getInstalledAgent("reviewer"),
  removeAgent: (fleet) => fleet.removeAgent("reviewer", { force: true }),
  reload: (fleet) => fleet.reload(),
};

test.each(Object.entries(answered))(
  "%s gives the same over the socket as in process",
  async (_, call) => {
    await using served = await serveRecorded();
    const remote = await call(served.client);
    const remoteCalls = served.fleet.calls.splice(0);
    const local = await call(localOperations(served.fleet));
    expect(remote).toEqual(local);
    expect(remoteCalls).toEqual(served.fleet.calls);
  },
);

test("waits for a job that ends later", async () => {
  await using served = await serveRecorded();
  const waiting = served.client.waitForJob("job-01h");
  served.fleet.finish("completed");
  expect(await waiting).toEqual(served.fleet.job);
});

test("answers a wait with the job as it is once its timeout is over", async () => {
  await using served = await serveRecorded();
  const answer = await get(served.socketPath, "/api/jobs/latest/wait?timeout=10");
  expect(answer.status).toBe(200);
  expect(answer.json()).toMatchObject({ id: served.fleet.job.id, status: "running" });
});

test("a wait ends with the reason of its signal", async () => {
  await using served = await serveRecorded();
  const given = new AbortController();
  const waiting = served.client.waitForJob("latest", { signal: given.signal });
  given.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
});

test("cancels by prefix", async () => {
  await using served = await serveRecorded();
  await served.client.cancelJob("job-01h");
  expect(served.fleet.calls).toEqual([{ name: "cancelJob", args: [served.fleet.job.id] }]);
});

test("stop resolves once the daemon's socket is gone", async () => {
  await using served = await serveRecorded();
  await served.client.stop({ timeout: 5_000, reason: "test" });
  expect(served.fleet.calls).toEqual([
    { name: "stop", args: [{ timeout: 5_000, reason: "test" }] },
  ]);
  await expect(served.client.getStatus()).rejects.toMatchObject({ code: "DAEMON_UNREACHABLE" });
});

test("stop tells what a daemon that takes its time waits for", async () => {
  const asked: unknown[] = [];
  await using served = await serveRecorded({
    onStop: (how) => void asked.push(how),
  });
  const pending: number[] = [];
  await served.client.stop({
    waitForJobs: false,
    onProgress: ({ pendingJobs }) => {
      pending.push(pendingJobs);
      if (pending.length === 2) void served.server.close();
    },
  });
  expect(asked).toEqual([{ waitForJobs: false }]);
  expect(pending.slice(0, 2)).toEqual([1, 1]);
  expect(served.fleet.calls).toEqual([]);
});

test("errors arrive with code, message and facts", async () => {
  await using served = await serveRecorded();
  const [remote, local] = await Promise.all(
    [served.client, localOperations(served.fleet)].map((fleet) =>
      fleet.getAgent("reviewr").catch((error: unknown) => error),
    ),
  );
  expect(remote).toBeInstanceOf(FleetManagerError);
  expect(remote).toMatchObject({
    code: "AGENT_NOT_FOUND",
    message: 'There is no agent "reviewr". Did you mean "platform.reviewer"?',
    context: { agentName: "reviewr", existing: ["platform.reviewer"] },
  });
  expect(local).toMatchObject({ code: "AGENT_NOT_FOUND" });
});

test("nothing of an unexpected error reaches the client, its message goes to the log", async () => {
  const logged: string[] = [];
  const none = (): void => undefined;
  const logger = {
    debug: none,
    info: none,
    warn: none,
    error: (text: string) => logged.push(text),
  };
  await using served = await serveRecorded({ logger });
  served.fleet.getQueue = () => {
    throw new Error("token sk-123 was refused");
  };
  const error = await served.client.getQueue().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "INTERNAL" });
  expect(String(error)).not.toContain("sk-123");
  expect(logged).toEqual(["GET /api/queue failed: token sk-123 was refused"]);
});

const polled = Object.values(operations).filter((operation) => operation.polled);

test.each(polled.map(({ path }) => path))(
  "what is polled on %s is not answered twice alike",
  async (path) => {
    await using served = await serveRecorded();
    const ask = (headers: OutgoingHttpHeaders = {}): Promise<RawAnswer> =>
      send({ socketPath: served.socketPath, path, headers });
    const first = await ask();
    const etag = first.headers.etag ?? "";
    expect(first.headers["cache-control"]).toBe("private, no-cache");
    for (const method of ["GET", "HEAD"]) {
      const again = { socketPath: served.socketPath, path, method };
      expect(await send({ ...again, headers: { "if-none-match": etag } })).toMatchObject({
        status: 304,
        text: "",
        headers: { etag },
      });
      expect(await send(again)).toMatchObject({ status: 200, headers: { etag } });
    }
    served.fleet.version = "2";
    const changed = await ask({ "if-none-match": etag });
    expect(changed.status).toBe(200);
    expect(changed.headers.etag).not.toBe(etag);
  },
);

test("a question that is not understood is not answered by its tag", async () => {
  await using served = await serveRecorded();
  const { headers } = await get(served.socketPath, "/api/jobs");
  const path = "/api/jobs?status=nothing";
  const again = { socketPath: served.socketPath, path, headers: { "if-none-match": headers.etag } };
  expect((await send(again)).status).toBe(400);
});

test("every route has a path of its own", () => {
  const routes = Object.values(operations).map(({ method, path }) => `${method} ${path}`);
  const all = [...routes, ...Object.values(streams).map(({ path }) => `GET ${path}`)];
  expect(new Set(all).size).toBe(all.length);
});
