import { createTestFleet, inPrompt, script } from "@herdctl/testing";
import { expect, test } from "vitest";
import { createFleetServer, type FleetTarget } from "../src/index.ts";
import { get } from "./raw-request.ts";
import { serveRecorded } from "./serve-recorded.ts";

test("what is counted agrees with what the fleet remembers", async () => {
  await using files = await createTestFleet({
    agents: {
      writer: {
        default_prompt: "Write.",
        schedules: { often: { type: "interval", interval: "1h", prompt: "Write often." } },
      },
      reader: { default_prompt: "Read." },
    },
    scripts: { writer: script().text("Done."), reader: script().text("Read.") },
  });
  await using fleet = files.manager();
  await fleet.initialize();
  const server = createFleetServer(fleet);
  await fleet.start();
  const socketPath = `${files.stateDir}/herdctl.sock`;
  await server.listen({ socketPath });

  const stalling = inPrompt(script().text("Wait").stall());
  const stalled = await fleet.trigger("reader", undefined, { promptOverride: stalling });
  const queued = await fleet.trigger("reader");
  await expect
    .poll(async () => (await scrape(socketPath))("herdctl_claude_processes"))
    .toBeGreaterThanOrEqual(1);
  const meanwhile = await scrape(socketPath);
  expect(meanwhile("herdctl_jobs_running", { agent: "reader" })).toBe(1);
  expect(meanwhile("herdctl_jobs_queued", { agent: "reader" })).toBe(1);
  expect(meanwhile("herdctl_queue_oldest_seconds")).toBeGreaterThan(0);
  expect(meanwhile("herdctl_ready")).toBe(1);
  await fleet.cancelJob(stalled.id);
  await fleet.waitForJob(queued.id);
  await fleet.waitForJob((await fleet.trigger("writer")).id);
  await expect
    .poll(() => fleet.getStatus().jobs)
    .toMatchObject({
      active: 0,
      queued: 0,
    });

  const read = await scrape(socketPath);
  expectSameAs(fleet, read);
  expect(read("herdctl_jobs_running", { agent: "reader" })).toBe(0);
  expect(read("herdctl_claude_processes")).toBe(0);
  expect(read("herdctl_store_write_seconds_count")).toBeGreaterThan(0);
  expect(read("nodejs_eventloop_lag_p99_seconds")).toBeGreaterThan(0);
  await server.close();
});

function expectSameAs(fleet: FleetTarget, read: Read): void {
  const { jobs } = fleet.getJobPage();
  for (const agent of ["writer", "reader"]) {
    const own = jobs.filter((job) => job.agentName === agent);
    for (const outcome of ["success", "cancelled"]) {
      const count = own.filter(({ exitReason }) => exitReason === outcome).length;
      expect(read("herdctl_jobs_total", { agent, outcome }) ?? 0).toBe(count);
    }
    expect(read("herdctl_job_duration_seconds_count", { agent })).toBe(own.length);
    expect(read("herdctl_job_queue_seconds_count", { agent })).toBe(own.length);
    const ran = own.reduce((sum, { durationMs = 0 }) => sum + durationMs / 1_000, 0);
    expect(read("herdctl_job_duration_seconds_sum", { agent })).toBeCloseTo(ran, 6);
    const used = fleet.getUsage({ since: "2000-01-01", agentName: agent });
    const dollars = used.reduce((sum, { costUsd }) => sum + costUsd, 0);
    expect(read("herdctl_cost_dollars_total", { agent })).toBeCloseTo(dollars, 9);
    for (const { model, inputTokens, outputTokens } of used) {
      expect(read("herdctl_tokens_total", { agent, model, kind: "input" })).toBe(inputTokens);
      expect(read("herdctl_tokens_total", { agent, model, kind: "output" })).toBe(outputTokens);
    }
  }
  const fired = fleet.getScheduleFires().fires.filter(({ fate }) => fate === "fired").length;
  const labels = { agent: "writer", schedule: "often", fate: "fired" };
  expect(read("herdctl_schedule_fires_total", labels)).toBe(fired);
}

test("events of a fleet that name a job which is gone count nothing, and break nothing", async () => {
  await using served = await serveRecorded();
  served.fleet.emit("job:cancelled", { jobId: "job-gone", reason: "user" });
  const fire = { agentName: "platform.reviewer", scheduleName: "nightly" };
  served.fleet.emit("schedule:skipped", { ...fire, reason: "gate" });
  const at = new Date();
  served.fleet.emit("schedule:missed", { ...fire, from: at, until: at, count: 7 });
  const read = await scrape(served.socketPath);
  const labels = { agent: "platform.reviewer", schedule: "nightly" };
  expect(read("herdctl_schedule_fires_total", { ...labels, fate: "missed" })).toBe(7);
  expect(read("herdctl_schedule_fires_total", { ...labels, reason: "gate" })).toBe(1);
  expect(read("herdctl_jobs_total")).toBeUndefined();
  expect(read("herdctl_approvals_waiting", { kind: "question" })).toBe(1);
  served.fleet.problem = "scheduler";
  await expect.poll(async () => (await scrape(served.socketPath))("herdctl_ready")).toBe(0);
});

test("no series names a job or a session", async () => {
  await using served = await serveRecorded();
  served.fleet.finish("completed");
  const { text } = await get(served.socketPath, "/metrics");
  expect(text).not.toContain(served.fleet.job.id);
  expect(text).toContain("herdctl_jobs_running");
});

type Labels = Readonly<Record<string, string>>;
/** Sum of the series of a name that have these labels; `undefined`: there is none. */
type Read = (name: string, labels?: Labels) => number | undefined;

/** Reads the text format as Prometheus does. */
async function scrape(socketPath: string): Promise<Read> {
  const { status, text } = await get(socketPath, "/metrics");
  expect(status).toBe(200);
  const series = text.split("\n").flatMap((line) => {
    if (line === "" || line.startsWith("#")) return [];
    const [, name, inner = "", value] = /^([a-z_0-9]+)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? [];
    if (name === undefined) throw new Error(`not a series: ${line}`);
    const pairs = [...inner.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)];
    const labels = Object.fromEntries(pairs.map(([, key = "", label = ""]) => [key, label]));
    return [{ name, labels, value: Number(value) }];
  });
  return (name, wanted = {}) => {
    const found = series.filter(
      (item) =>
        item.name === name &&
        Object.entries(wanted).every(([key, label]) => item.labels[key] === label),
    );
    return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
  };
}
