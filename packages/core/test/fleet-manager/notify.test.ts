import { once } from "node:events";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createTestFleet, ManualClock } from "@herdctl/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { loadConfig } from "../../src/config/load.ts";
import { FleetLog } from "../../src/fleet-manager/logs/fleet-log.ts";
import type { Notice } from "../../src/fleet-manager/notices/notice.ts";
import { Notifier } from "../../src/fleet-manager/notices/notify.ts";
import { type NoticeRoute, sendNotice } from "../../src/fleet-manager/notices/send-notice.ts";
import type { LogEntry } from "../../src/fleet-manager/types.ts";
import { silentLogger } from "../../src/logger.ts";
import { openState } from "../state/open-state.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const notice: Notice = {
  event: "failed",
  message: "job job-1 of a failed (error)",
  timestamp: "2026-03-01T12:00:00.000Z",
  fleet: "herd",
  agentName: "a",
  scheduleName: "daily",
  jobId: "job-1",
};

interface Receiver {
  readonly url: string;
  readonly bodies: Notice[];
}

/** Answers with these statuses in turn, then with 204. */
async function receiver(...statuses: number[]): Promise<Receiver> {
  const bodies: Notice[] = [];
  const server: Server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      bodies.push(JSON.parse(text));
      response.writeHead(statuses.shift() ?? 204).end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, bodies };
}

async function route(notify: Partial<NoticeRoute["notify"]>): Promise<NoticeRoute> {
  return {
    notify: { on: ["failed"], ...notify },
    cwd: await temporaryFolder(),
    env: { PATH: process.env["PATH"] },
    clock: systemClock,
    signal: new AbortController().signal,
    pauses: [1, 1],
  };
}

describe("a notice", () => {
  it("reaches a command as JSON on stdin and in its environment", async () => {
    const way = await route({ command: "cat > told; env | grep HERDCTL_ | sort > env" });
    expect(await sendNotice(notice, way)).toEqual([]);
    expect(JSON.parse(readFileSync(join(way.cwd, "told"), "utf8"))).toEqual(notice);
    const env = readFileSync(join(way.cwd, "env"), "utf8");
    for (const line of [
      "HERDCTL_AGENT=a",
      "HERDCTL_EVENT=failed",
      "HERDCTL_FLEET=herd",
      "HERDCTL_JOB_ID=job-1",
      "HERDCTL_MESSAGE=job job-1 of a failed (error)",
      "HERDCTL_SCHEDULE=daily",
    ]) {
      expect(env).toContain(line);
    }
    expect(env).not.toContain("HERDCTL_JOB=job-1");
  });

  it("says why a command failed", async () => {
    const way = await route({ command: "echo no mail >&2; exit 3" });
    expect(await sendNotice(notice, way)).toEqual([
      "the notify command failed (exit code 3): no mail",
    ]);
  });

  it("ends a command with its signal", async () => {
    const leaving = new AbortController();
    const sent = sendNotice(notice, {
      ...(await route({ command: "sleep 60" })),
      signal: leaving.signal,
    });
    leaving.abort();
    expect(await sent).toEqual(["the notify command failed (aborted)"]);
  });

  it("is posted again after a failure that may pass, a few times", async () => {
    const good = await receiver(503, 429);
    expect(await sendNotice(notice, await route({ url: good.url }))).toEqual([]);
    expect(good.bodies).toEqual([notice, notice, notice]);
    const bad = await receiver(500, 500, 500, 500);
    expect(await sendNotice(notice, await route({ url: bad.url }))).toEqual([
      "the notify address did not take a notice (HTTP status 500)",
    ]);
    expect(bad.bodies).toHaveLength(3);
  });

  it("is not posted again when it was refused, and names what broke the connection", async () => {
    const refusing = await receiver(404);
    expect(await sendNotice(notice, await route({ url: refusing.url }))).toEqual([
      "the notify address did not take a notice (HTTP status 404)",
    ]);
    expect(refusing.bodies).toHaveLength(1);
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const { port } = closed.address() as AddressInfo;
    closed.close();
    const url = `http://127.0.0.1:${port}/`;
    const [problem] = await sendNotice(notice, await route({ url }));
    expect(problem).toContain("ECONNREFUSED");
  });
});

async function notifier(
  url: string,
): Promise<{ notifier: Notifier; clock: ManualClock; log: LogEntry[] }> {
  const folder = await temporaryFolder();
  const configPath = join(folder, "herdctl.yaml");
  await writeFile(
    configPath,
    `version: 1\nfleet: {name: herd}\nagents: []\nnotify: {url: "${url}", on: [missed]}\n`,
  );
  const clock = new ManualClock();
  const log: LogEntry[] = [];
  const { store } = await openState();
  const fleetLog = new FleetLog({
    logger: silentLogger,
    clock,
    stateDir: folder,
    onEntry: (entry) => log.push(entry),
  });
  const config = await loadConfig(configPath, { env: {} });
  const { redactor } = fleetLog;
  return {
    notifier: new Notifier({ clock, config, env: {}, log: fleetLog, redactor, store }),
    clock,
    log,
  };
}

const missed = {
  agentName: "a",
  scheduleName: "daily",
  from: new Date(0),
  until: new Date(0),
  count: 1,
};

describe("notices", () => {
  it("in a burst are told one by one up to a number, the rest in one summary a minute later", async () => {
    const { url, bodies } = await receiver();
    const { notifier: told, clock } = await notifier(url);
    for (let count = 0; count < 25; count++) told.hear("schedule:missed", missed);
    await expect.poll(() => bodies.length).toBe(10);
    await clock.advance(60_000);
    await expect.poll(() => bodies.length).toBe(11);
    expect(bodies.find(({ event }) => event === "summary")).toMatchObject({
      message: "15 more: 15 missed (a)",
      count: 15,
      fleet: "herd",
    });
    told.hear("schedule:missed", missed);
    await expect.poll(() => bodies.length).toBe(12);
    await told.close();
  });

  it("that are held back or on their way are told before the fleet is gone", async () => {
    const { url, bodies } = await receiver();
    const { notifier: told } = await notifier(url);
    for (let count = 0; count < 11; count++) told.hear("schedule:missed", missed);
    await told.close();
    expect(bodies).toHaveLength(11);
    expect(bodies.every(({ event }) => event === "missed")).toBe(true);
  });

  it("are only told of the events that are asked for, and a failure is logged", async () => {
    const { url, bodies } = await receiver(400);
    const { notifier: told, log } = await notifier(url);
    told.hear("job:failed", { jobId: "job-1", error: new Error("x") });
    told.hear("job:waiting", { jobId: "job-1", waitingFor: "approval" });
    told.hear("schedule:missed", missed);
    await told.close();
    expect(bodies.map(({ event }) => event)).toEqual(["missed"]);
    expect(log).toMatchObject([
      { level: "warn", source: "notify", message: expect.stringContaining("HTTP status 400") },
    ]);
  });
});

it("a failed job of a running fleet is told, masked, and a broken command harms nothing", async () => {
  await using test = await createTestFleet({
    agents: { a: { default_prompt: "x", mcp_servers: {}, system_prompt: "${SECRET}" } },
    fleet: { notify: { command: "cat > told; exit 1", on: ["failed"] } },
  });
  await using fleet = test.manager({
    env: { ...test.env, SECRET: "sesame" },
    runtimeFactory: () => ({
      execute: () => {
        throw new Error("the word is sesame");
      },
    }),
  });
  await fleet.initialize();
  await fleet.start();
  const { id } = await fleet.trigger("a");
  expect((await fleet.waitForJob(id)).status).toBe("failed");
  await fleet.stop();
  expect(JSON.parse(readFileSync(join(test.dir, "told"), "utf8"))).toMatchObject({
    event: "failed",
    jobId: id,
    error: "the word is [secret]",
  });
});
