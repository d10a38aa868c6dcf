import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { inPrompt, script } from "@herdctl/testing";
import { expect, test } from "vitest";
import { bin, herdctl, startHerdctl } from "./herdctl.ts";
import { shareFleet } from "./shared-fleet.ts";

const { fleet, where } = await shareFleet({
  agents: {
    lead: {
      default_prompt: "Lead.",
      allowed_tools: ["mcp__fleet"],
      mcp_servers: {
        fleet: { command: process.execPath, args: [bin, "mcp"], always_load: true },
      },
    },
    worker: { description: "Works.", default_prompt: "Work." },
  },
  scripts: {
    lead: script()
      .tool("mcp__fleet__list_agents", {})
      .tool("mcp__fleet__trigger_agent", { agent: "worker" })
      .tool("mcp__fleet__wait_for_job", { job: "latest", seconds: 50 })
      .tool("mcp__fleet__wait_for_job", { job: "latest", seconds: 50 })
      .text("Led."),
    worker: script().text("Worked."),
  },
});

test("Claude Code lists the tools of `herdctl mcp` and runs an agent through the daemon", async () => {
  await using daemon = startHerdctl(["start"], where);
  await daemon.shows("control socket");
  const led = await herdctl(["trigger", "lead"], where);
  expect(led).toMatchObject({ exitCode: 0 });
  const jobs = await herdctl(["jobs", "--agent", "worker", "--json"], where);
  expect(JSON.parse(jobs.stdout).jobs).toMatchObject([{ status: "completed", trigger: "manual" }]);
  const shown = await herdctl(["logs", "latest"], where);
  expect(shown.exitCode).toBe(0);
});

test("a session goes on while daemons come and go, and survives broken input", async () => {
  await using session = new Session([]);
  expect(await session.initialize()).toMatchObject({ serverInfo: { name: "herdctl" } });
  session.write("this is no JSON");
  session.write('{"jsonrpc":"2.0"}');
  expect(await session.call("fleet_status")).toMatchObject({ state: "initialized" });

  const first = startHerdctl(["start"], where);
  await first.shows("control socket");
  expect(await session.call("fleet_status")).toMatchObject({ state: "running" });
  const prompt = inPrompt(script().text("Wait").stall());
  const { id } = await session.call("trigger_agent", { agent: "worker", prompt });
  // Killed before its claude begins, a job begins anew.
  const said = async (): Promise<unknown> =>
    (await session.call("read_output", { job: id }))["text"];
  await expect.poll(said).toContain("Wait");
  first.kill("SIGKILL");
  await first.done;
  expect(await session.call("get_job", { job: id })).toMatchObject({ id });

  await using second = startHerdctl(["start"], where);
  await second.shows("control socket");
  expect(await session.call("fleet_status")).toMatchObject({ state: "running" });
  expect(await session.waitFor(id)).toMatchObject({ outcome: "interrupted" });
});

test("without a daemon jobs run in the session, and are gone with it", async () => {
  const session = new Session([]);
  await session.initialize();
  const { id } = await session.call("trigger_agent", { agent: "worker" });
  expect(await session.waitFor(id)).toMatchObject({ outcome: "success", answer: "Worked." });
  const prompt = inPrompt(script().text("Wait").stall());
  const stalled = await session.call("trigger_agent", { agent: "worker", prompt });
  expect(await session.end("SIGTERM")).toBe(130);
  const ended = await herdctl(["job", String(stalled["id"]), "--json"], where);
  expect(JSON.parse(ended.stdout)).toMatchObject({ status: "cancelled" });
});

test("a session for looking offers nothing that changes something", async () => {
  await using session = new Session(["--read-only"]);
  await session.initialize();
  const { tools } = await session.request("tools/list", {});
  const names = (tools as { name: string }[]).map(({ name }) => name);
  expect(names).toContain("read_output");
  expect(names).not.toContain("trigger_agent");
  expect(names).not.toContain("answer_approval");
});

test("a broken configuration is the answer of the tool, until it is mended", async () => {
  await using session = new Session(["-c", `${fleet.dir}/no-such-fleet.yaml`]);
  await session.initialize();
  const answer = await session.answer("list_agents", {});
  expect(answer).toMatchObject({ isError: true });
  expect(JSON.stringify(answer)).toContain("CONFIGURATION_ERROR");
});

type Json = Readonly<Record<string, unknown>>;

/** A client of `herdctl mcp`. */
class Session implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting = new Map<number, (message: Json) => void>();
  #lastId = 0;

  constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, [bin, "mcp", ...args], {
      ...where,
      stdio: ["pipe", "pipe", "inherit"],
    });
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      // Anything but a message here is a defect.
      const message = JSON.parse(line) as Json;
      this.#waiting.get(Number(message["id"]))?.(message);
    });
  }

  write(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  async initialize(): Promise<Json> {
    const clientInfo = { name: "test", version: "1" };
    const given = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo };
    const answer = await this.request("initialize", given);
    this.write(JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" }));
    return answer;
  }

  async request(method: string, params: object): Promise<Json> {
    const id = ++this.#lastId;
    const answered = new Promise<Json>((resolve) => this.#waiting.set(id, resolve));
    this.write(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    const { result, error } = await answered;
    if (error) throw new Error(JSON.stringify(error));
    return result as Json;
  }

  answer(name: string, given: object): Promise<Json> {
    return this.request("tools/call", { name, arguments: given });
  }

  async call(name: string, given: object = {}): Promise<Json> {
    const answer = await this.answer(name, given);
    if (answer["isError"]) throw new Error(JSON.stringify(answer["content"]));
    return answer["structuredContent"] as Json;
  }

  /** The job once it is over. */
  async waitFor(job: unknown): Promise<Json> {
    for (;;) {
      const answer = await this.call("wait_for_job", { job });
      if (answer["isOver"]) return answer;
    }
  }

  /** Asks it to end; resolves with its exit code. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const exited = once(this.#child, "exit");
    this.#child.kill(signal);
    await exited;
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.stdin.end();
    await exited;
  }
}
