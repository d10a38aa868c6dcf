import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FleetManager, Job } from "@herdctl/core";
import { script, type ScriptBuilder, type TestFleet } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { answersOf, herdctl } from "../agent-tools/running.ts";
import {
  isInTool,
  leaveInTool,
  release,
  startInTool,
  untilReleased,
} from "../fleet-manager/held-tool.ts";
import { processesOf } from "../fleet-manager/processes.ts";
import { type ContainedFleetOptions, createContainedFleet } from "./contained-fleet.ts";
import { containersOf, noEngine } from "./engine.ts";
import { guardModel } from "./guarded-model.ts";

const runtimes = ["sdk", "cli"] as const;
const key = "sk-real-key-of-the-host";
/** The same for `grep`, which is not to find itself. */
const keyPattern = "sk-real-[k]ey-of-the-host";

/** A fleet whose agent has no network at all. */
const createShutFleet = (options: ContainedFleetOptions): Promise<TestFleet> =>
  createContainedFleet({ ...options, docker: { network: "none", ...options.docker } });

const held = (): ScriptBuilder => script().tool("Bash", { command: untilReleased }).text("done");

async function runJob(fleet: FleetManager): Promise<Job> {
  await fleet.initialize();
  const { id } = await fleet.trigger("a");
  return fleet.waitForJob(id);
}

/** Pid of a job's proxy. */
const proxyOf = (jobId: string): number =>
  Number(
    processesOf(jobId).find((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith(process.execPath),
    ),
  );

describe.skipIf(noEngine).each(runtimes)("an agent behind the proxy (%s)", (runtime) => {
  it("reaches the model without a network, and finds no key wherever it looks", async () => {
    await using test = await createShutFleet({
      runtime,
      script: script()
        .tool("Bash", {
          command: `cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr '\\0' '\\n' | grep -c '${keyPattern}'; env | grep -c '${keyPattern}'; grep -rsl --exclude-dir=proc --exclude-dir=sys '${keyPattern}' /; echo looked`,
        })
        .tool("Bash", { command: "env; cat /proc/1/environ | tr '\\0' '\\n'" })
        .text("done"),
      agent: { env: { ANTHROPIC_CUSTOM_HEADERS: "x-herdctl-agent: a", ANTHROPIC_API_KEY: key } },
      docker: { env: { ANTHROPIC_AUTH_TOKEN: "" } },
    });
    await using model = await guardModel(test, (headers) => headers["x-api-key"] === key);
    await using fleet = test.manager({ env: { ...test.env, ANTHROPIC_BASE_URL: model.url } });
    const job = await runJob(fleet);
    expect(job).toMatchObject({ status: "completed", result: { summary: "done" } });
    const [looked, environment] = await answersOf(fleet, job.id);
    expect(looked).toBe("0\n0\nlooked");
    expect(environment).toContain("ANTHROPIC_API_KEY=held-by-herdctl");
    expect(environment).not.toMatch(/ANTHROPIC_CUSTOM_HEADERS/);
    expect(processesOf(job.id)).toEqual([]);
  });

  it("gets nothing but answers of the model", async () => {
    const ask = (path: string): string =>
      `curl -s -o /dev/null -w '%{http_code} ' --unix-socket "$ANTHROPIC_UNIX_SOCKET" http://m${path}`;
    await using test = await createShutFleet({
      runtime,
      script: script()
        .tool("Bash", {
          command: `${ask("/v1/organizations")}; ${ask("/v1/messages/batches")} -d {}; ${ask("/v1/messages/count_tokens")} -d {}; curl -sm 5 https://example.com || echo unreachable`,
        })
        .text("done"),
    });
    await using model = await guardModel(test, () => true);
    await using fleet = test.manager({ env: { ...test.env, ANTHROPIC_BASE_URL: model.url } });
    const job = await runJob(fleet);
    expect(await answersOf(fleet, job.id)).toEqual(["403 403 200 unreachable"]);
    expect(model.asked.join()).not.toMatch(/organizations|batches/);
  });

  it("uses a login that is renewed while it works", async () => {
    await using test = await createShutFleet({ runtime, script: held() });
    let wanted = "first-token";
    const home = join(test.dir, "home", ".claude");
    const writeLogin = (accessToken: string): Promise<void> => {
      const login = { accessToken, expiresAt: Date.now() + 86_400_000, scopes: ["user:inference"] };
      return writeFile(join(home, ".credentials.json"), JSON.stringify({ claudeAiOauth: login }));
    };
    await mkdir(home, { recursive: true });
    await writeLogin(wanted);
    await using model = await guardModel(test, (headers) => {
      return headers.authorization === `Bearer ${wanted}`;
    });
    const env = { ...test.env, ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: "" };
    await using fleet = test.manager({ env });
    const id = await startInTool(test, fleet);
    wanted = "second-token";
    await writeLogin(wanted);
    await release(test);
    expect(await fleet.waitForJob(id)).toMatchObject({ status: "completed" });
  });

  it("is told what to do about a login that has expired", async () => {
    await using test = await createShutFleet({ runtime, script: script().text("done") });
    const home = join(test.dir, "home", ".claude");
    await mkdir(home, { recursive: true });
    const claudeAiOauth = { accessToken: "old", expiresAt: Date.now() - 1_000, scopes: [] };
    await writeFile(join(home, ".credentials.json"), JSON.stringify({ claudeAiOauth }));
    await using model = await guardModel(test, () => false);
    const env = { ...test.env, ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: "" };
    await using fleet = test.manager({ env });
    const job = await runJob(fleet);
    expect(job).toMatchObject({ status: "failed", exitReason: "auth" });
    expect(job.error?.message).toMatch(/valid until .*`claude` once.*`claude setup-token`/);
  });

  it("fails as on the host where there is no credential", async () => {
    await using test = await createShutFleet({ runtime, script: script().text("done") });
    await using fleet = test.manager({ env: { ...test.env, ANTHROPIC_API_KEY: "" } });
    const job = await runJob(fleet);
    expect(job).toMatchObject({ status: "failed", exitReason: "auth" });
    expect(test.server.requests).toEqual([]);
  });

  it("leaves no proxy behind when it is cancelled", async () => {
    await using test = await createShutFleet({ runtime, script: held() });
    await using fleet = test.manager();
    const id = await startInTool(test, fleet);
    expect(proxyOf(id)).toBeGreaterThan(0);
    await fleet.cancelJob(id);
    expect(fleet.getJob(id)).toMatchObject({ status: "cancelled" });
    expect(await containersOf(id)).toEqual([]);
    expect(processesOf(id)).toEqual([]);
  });

  it("is no success without its proxy, and says why", async () => {
    await using test = await createShutFleet({ runtime, script: held() });
    await using fleet = test.manager();
    const id = await startInTool(test, fleet);
    process.kill(proxyOf(id), "SIGKILL");
    await release(test);
    const job = await fleet.waitForJob(id);
    expect(job).toMatchObject({ status: "failed", error: { code: "CONTAINER_ERROR" } });
    expect(job.error?.message).toMatch(/credential proxy of the job has died/);
    expect(await containersOf(id)).toEqual([]);
    expect(processesOf(id)).toEqual([]);
  });
});

describe.skipIf(noEngine)("an agent behind the proxy whose daemon is killed", () => {
  it("reaches the model on its own, and is told of to its end", async () => {
    await using test = await createShutFleet({
      runtime: "cli",
      script: script()
        .tool("Bash", { command: untilReleased })
        .tool("Bash", { command: "echo after >after" })
        .text("done"),
    });
    const id = await leaveInTool(test);
    await release(test);
    // To its end without any daemon, and then nothing of it is left.
    await expect.poll(() => containersOf(id)).toEqual([]);
    await expect.poll(() => processesOf(id)).toEqual([]);
    expect(test.server.requests.filter(({ kind }) => kind === "main")).toHaveLength(3);
    await using next = test.manager();
    await next.initialize();
    await next.start();
    expect(await next.waitForJob(id)).toMatchObject({
      status: "completed",
      attempt: 1,
      result: { summary: "done" },
    });
  });

  it("is ended with its proxy where claude cannot do without", async () => {
    await using test = await createShutFleet({ runtime: "sdk", script: held() });
    const id = await leaveInTool(test);
    await expect.poll(() => containersOf(id)).toEqual([]);
    await expect.poll(() => processesOf(id)).toEqual([]);
  });
});

describe.skipIf(noEngine).each(runtimes)("a long path of the state directory (%s)", (runtime) => {
  it("is no obstacle to the model, nor to herdctl's tools", async () => {
    await using test = await createShutFleet({
      runtime,
      script: script().tool(herdctl("report"), { status: "success", summary: "told" }).text("done"),
    });
    const stateDir = join(test.dir, "long-".repeat(30), ".herdctl");
    await using fleet = test.manager({ stateDir });
    const job = await runJob(fleet);
    expect(job).toMatchObject({ status: "completed", report: { summary: "told" } });
  });
});

describe.skipIf(noEngine)("a proxy that cannot start", () => {
  it("is told at once, and nothing runs", async () => {
    await using test = await createShutFleet({ runtime: "sdk", script: script().text("done") });
    const missing = join(test.dir, "no-such.pem");
    const env = { ...test.env, ANTHROPIC_BASE_URL: "https://model.example" };
    await using fleet = test.manager({ env: { ...env, NODE_EXTRA_CA_CERTS: missing } });
    const job = await runJob(fleet);
    expect(job).toMatchObject({ status: "failed", error: { code: "CONTAINER_ERROR" } });
    expect(job.error?.message).toMatch(/credential proxy did not start: .*no-such\.pem/);
    expect(isInTool(test)).toBe(false);
  });
});
