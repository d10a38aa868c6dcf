import type { FleetManager, OutputLine } from "@herdctl/core";
import { createTestFleet, inPrompt, script, type TestFleet } from "@herdctl/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFleetServer, type FleetServer } from "../src/index.ts";
import { collect } from "./collect.ts";
import { McpClient } from "./mcp-client.ts";

let files: TestFleet;
let fleet: FleetManager;
let server: FleetServer;
let client: McpClient;

beforeAll(async () => {
  files = await createTestFleet({
    agents: {
      worker: {
        description: "Does what it is asked.",
        default_prompt: "Work.",
        schedules: { yearly: { type: "cron", cron: "0 6 1 1 *", prompt: "Work hard." } },
      },
      asker: { default_prompt: "Ask." },
    },
    scripts: {
      worker: script().tool("Write", { file_path: "note.md", content: "Hello" }).text("Worked."),
      asker: script().tool("mcp__herdctl__ask_human", { question: "Red or blue?" }).text("Asked."),
    },
  });
  fleet = files.manager();
  await fleet.initialize();
  await fleet.start();
  server = createFleetServer(fleet);
  const socketPath = `${files.stateDir}/herdctl.sock`;
  await server.listen({ socketPath });
  client = new McpClient({ socketPath });
});

afterAll(async () => {
  await server.close();
  await files[Symbol.asyncDispose]();
});

test("a job is triggered, waited for and read", async () => {
  const asked = await client.result("trigger_agent", { agent: "worker" });
  const id = String(asked["id"]);
  const ended = await waitUntilOver(id);
  expect(ended).toMatchObject({ id, outcome: "success", answer: "Worked.", isOver: true });
  const whole = await client.result("read_output", { job: id });
  expect(whole).toMatchObject({ jobId: id, isOver: true, isCut: false });
  const first = await client.result("read_output", { job: id, fromLine: 1 });
  expect(first["text"]).toBe(whole["text"]);
  const more = await client.result("read_output", { job: id, fromLine: first["nextLine"] });
  expect(more).toMatchObject({ text: "", nextLine: first["nextLine"] });
  expect(await client.result("get_job", { job: id })).toMatchObject({ prompt: "Work." });
  const listed = await client.result("list_jobs", { agent: "worker", status: "completed" });
  expect(listed["jobs"]).toMatchObject([{ id }]);
  expect(await client.result("fleet_status")).toMatchObject({ state: "running" });
  expect(await client.result("queue")).toEqual({ total: 0, items: [] });
});

test("lists are searched and cut, and say how long they are", async () => {
  expect(await client.result("list_agents", { limit: 1 })).toMatchObject({
    total: 2,
    agents: [{ name: "worker" }],
  });
  expect(await client.result("list_agents", { search: "IT IS ASKED" })).toMatchObject({
    total: 1,
    agents: [{ name: "worker", schedules: ["yearly"] }],
  });
  expect(await client.result("list_schedules", { agent: "asker" })).toEqual({
    total: 0,
    schedules: [],
  });
});

test("a long answer is cut, more in a list", async () => {
  const says = "Lorem ipsum. ".repeat(2_000);
  const prompt = inPrompt(script().text(says));
  const { id } = await client.result("trigger_agent", { agent: "worker", prompt });
  const { answer } = await waitUntilOver(String(id));
  expect(answer).toHaveLength(20_000);
  const { jobs } = await client.result("list_jobs", { limit: 1 });
  const [listed] = jobs as [{ answer: string }];
  expect(listed.answer).toHaveLength(500);
  expect(listed.answer.endsWith("…")).toBe(true);
});

test("long output comes in parts that fit together", async () => {
  const long = Array.from({ length: 4 }, (_, part) => `${part}`.repeat(9_000));
  const says = long.reduce((so, text) => so.text(text).tool("Read", { file_path: "x" }), script());
  const prompt = inPrompt(says.text("End."));
  const { id } = await client.result("trigger_agent", { agent: "worker", prompt });
  await waitUntilOver(String(id));
  const parts: string[] = [];
  for (let fromLine: unknown = 1, isCut: unknown = true; isCut;) {
    const part = await client.result("read_output", { job: id, fromLine });
    parts.push(String(part["text"]));
    expect(String(part["text"]).length).toBeLessThanOrEqual(20_000);
    ({ nextLine: fromLine, isCut } = part);
  }
  expect(parts.length).toBeGreaterThan(1);
  expect(parts.join("")).toBe(fleet.getJob(String(id)).output);
  const last = await client.result("read_output", { job: id });
  expect(last["isCut"]).toBe(true);
  expect(parts.join("").endsWith(String(last["text"]))).toBe(true);
});

test("a wait ends when its time is up, and a cancelled job is over", async () => {
  const prompt = inPrompt(script().text("Wait").stall());
  const { id } = await client.result("trigger_agent", { agent: "worker", prompt });
  expect(await client.result("wait_for_job", { job: id, seconds: 0.2 })).toMatchObject({
    isOver: false,
  });
  const cancelled = await client.result("cancel_job", { job: id });
  expect(cancelled).toMatchObject({ status: "cancelled", outcome: "cancelled" });
  expect(await client.error("cancel_job", { job: id })).toMatchObject({ code: "INVALID_STATE" });
});

test("schedules are listed and switched", async () => {
  const yearly = { agent: "worker", schedule: "yearly" };
  expect(await client.result("disable_schedule", yearly)).toMatchObject({ enabled: false });
  expect(await client.result("list_schedules", { agent: "worker" })).toMatchObject({
    schedules: [{ agent: "worker", name: "yearly", enabled: false, expression: "0 6 1 1 *" }],
  });
  expect(await client.result("enable_schedule", yearly)).toMatchObject({
    enabled: true,
    nextRunAt: expect.stringMatching(/-01-01T/),
  });
});

test("a question of an agent is answered", async () => {
  const { id } = await client.result("trigger_agent", { agent: "asker" });
  await expect
    .poll(async () => (await client.result("list_approvals"))["approvals"])
    .toHaveLength(1);
  const { approvals } = await client.result("list_approvals", { agent: "asker" });
  const [{ id: approval }] = approvals as [{ id: string }];
  expect(approvals).toMatchObject([{ kind: "question", question: "Red or blue?", job: id }]);
  expect(await client.error("answer_approval", { approval })).toMatchObject({
    code: "INVALID_REQUEST",
  });
  const both = { approval, answer: "blue", decision: "allow" };
  expect(await client.error("answer_approval", both)).toMatchObject({ code: "INVALID_REQUEST" });
  await client.result("answer_approval", { approval, answer: "blue" });
  expect(await waitUntilOver(String(id))).toMatchObject({ outcome: "success" });
  expect(fleet.getApprovals()).toMatchObject([{ answer: "blue", answeredBy: "mcp" }]);
});

test.each([
  ["an unknown agent", "trigger_agent", { agent: "wrker" }, "AGENT_NOT_FOUND", "list_agents"],
  ["an unknown job", "get_job", { job: "job-zzz" }, "JOB_NOT_FOUND", "list_jobs"],
  ["an unknown approval", "answer_approval", { approval: "x", answer: "y" }, "APPROVAL_NOT_FOUND"],
  [
    "an unknown schedule",
    "enable_schedule",
    { agent: "worker", schedule: "yealy" },
    "SCHEDULE_NOT_FOUND",
    "list_schedules",
  ],
])(
  "%s is an error of the tool, with what to do about it",
  async (_, tool, given, code, remedy = "") => {
    const error = await client.error(tool, given);
    expect(error).toMatchObject({ code, message: expect.any(String) });
    expect(String(error["remedy"])).toContain(remedy);
  },
);

test.each([
  ["no agent", "trigger_agent", {}],
  ["a misspelt field", "trigger_agent", { agent: "worker", promt: "x" }],
  ["a wrong type", "wait_for_job", { job: "latest", seconds: "many" }],
  ["a wait without end", "wait_for_job", { job: "latest", seconds: 3_600 }],
])("input with %s is refused, and nothing runs", async (_, tool, given) => {
  const before = fleet.getJobs().length;
  const { isError, content } = await client.call(tool, given);
  expect(isError).toBe(true);
  expect(content[0]?.text).toMatch(/invalid/i);
  expect(fleet.getJobs()).toHaveLength(before);
});

test("Claude Code drives a fleet over HTTP", async () => {
  const { url, newTokens } = await server.listenTcp({
    host: "127.0.0.1",
    port: 0,
    stateDir: files.stateDir,
  });
  const tool = (name: string): string => `mcp__fleet__${name}`;
  await using other = await createTestFleet({
    agents: {
      lead: {
        default_prompt: "Lead.",
        allowed_tools: ["mcp__fleet"],
        mcp_servers: {
          fleet: {
            url: `${url}/mcp`,
            headers: { Authorization: `Bearer ${newTokens?.full}` },
            always_load: true,
          },
        },
      },
    },
    scripts: {
      lead: script()
        .tool(tool("list_agents"), {})
        .tool(tool("trigger_agent"), { agent: "worker" })
        .tool(tool("wait_for_job"), { job: "latest", seconds: 50 })
        .tool(tool("wait_for_job"), { job: "latest", seconds: 50 })
        .tool(tool("get_job"), { job: "job-zzz" })
        .text("Led."),
    },
  });
  await using driver = other.manager();
  await driver.initialize();
  const { id } = await driver.trigger("lead");
  const led = await driver.waitForJob(id);
  expect(led).toMatchObject({ exitReason: "success" });
  const lines = await collect(driver.streamJobLines(id));
  expect(lines.find(({ subtype }) => subtype === "init")?.data).toMatchObject({
    mcpServers: expect.arrayContaining([
      expect.objectContaining({ name: "fleet", status: "connected" }),
    ]),
    tools: expect.arrayContaining([tool("answer_approval")]),
  });
  const [agents, triggered, , waited, missing] = resultsIn(lines);
  expect(agents?.text).toContain("Does what it is asked.");
  expect(triggered).toMatchObject({ isError: false });
  expect(waited?.text).toContain('"outcome":"success"');
  expect(missing).toMatchObject({ isError: true, text: expect.stringContaining("list_jobs") });
  expect(fleet.getJobs({ agentName: "worker" })[0]).toMatchObject({ status: "completed" });
  expect(fleet.getAudit({ operation: "trigger", limit: 1 }).entries).toMatchObject([
    { agentName: "worker", actor: { via: "bearer", access: "full" }, outcome: "ok" },
  ]);
});

function resultsIn(lines: readonly OutputLine[]): readonly OutputLine[] {
  return lines.filter(({ type }) => type === "tool_result");
}

async function waitUntilOver(job: string): Promise<Readonly<Record<string, unknown>>> {
  for (;;) {
    const answer = await client.result("wait_for_job", { job });
    if (answer["isOver"]) return answer;
  }
}
