import { createTestFleet, inPrompt, script, type TestFleet } from "@herdctl/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { herdctl, type RunningCommand, startHerdctl } from "./herdctl.ts";
import { startOnTerminal } from "./pseudo-terminal.ts";

const talkative = inPrompt(script().text("日本語 and \u001B[31mred\u001B[0m words. ".repeat(20)));
const failing = inPrompt(script().repeat(script().tool("Bash", { command: "true" })));
const asking = inPrompt(script().tool("Write", { file_path: "a.txt", content: "A" }).text("Done."));
const remembering = inPrompt(
  script()
    .tool("mcp__herdctl__remember", { key: "last-pull", text: "A long text. ".repeat(30) })
    .text("Noted."),
);

const long = "an-agent-with-a-name-that-goes-on-and-on";

let fleet: TestFleet;
let where: { cwd: string; env: Record<string, string> };
let daemon: RunningCommand;

beforeAll(async () => {
  const every = { permission_mode: "bypassPermissions" } as const;
  fleet = await createTestFleet({
    agents: {
      reviewer: {
        ...every,
        max_turns: 3,
        description:
          "レビューア reviews everything that anybody has committed anywhere, and then some",
        schedules: {
          nightly: { type: "cron", cron: "0 3 * * *", prompt: "Review.", timezone: "Asia/Tokyo" },
          "every-hour-on-the-hour": { type: "interval", interval: "1h", prompt: talkative },
        },
      },
      [long]: every,
      asker: { ...every, approvals: { tools: ["Write"], hold: "1s", expires: "1h" } },
    },
  });
  where = { cwd: fleet.dir, env: { ...fleet.env, TZ: "UTC" } };
  daemon = startHerdctl(["start"], where);
  await daemon.shows("control socket");
  await daemon.shows("reviewer  completed");
  await herdctl(["trigger", long, "-p", remembering], where);
  await herdctl(["trigger", "reviewer", "-p", failing], where);
  await herdctl(["trigger", "asker", "-p", asking, "--detach"], where);
  await daemon.shows("asker  waits for an approval");
  await herdctl(["pause", long], where);
  await herdctl(["trigger", long, "-p", talkative, "--detach"], where);
});
afterAll(async () => {
  await daemon[Symbol.asyncDispose]();
  await fleet[Symbol.asyncDispose]();
});

/** A command that changes nothing. */
interface Look {
  readonly args: readonly string[];
  /** It shows tables: they fit. */
  readonly isTable?: true;
  /** Its JSON is one value a line. */
  readonly isStream?: true;
}

const looks: readonly Look[] = [
  { args: ["status"] },
  { args: ["agents"], isTable: true },
  { args: ["agents", "reviewer"] },
  { args: ["agent", "list"] },
  { args: ["jobs"], isTable: true },
  { args: ["jobs", "--agent", "reviewer", "--status", "failed", "--since", "1h"], isTable: true },
  { args: ["job", "latest"] },
  { args: ["logs"], isStream: true },
  { args: ["logs", "latest"], isStream: true },
  { args: ["logs", "--agent", "reviewer", "--level", "warn"], isStream: true },
  { args: ["logs", "reviewer", "-n", "5"], isStream: true },
  { args: ["schedule"], isTable: true },
  { args: ["schedule", "next"], isTable: true },
  { args: ["schedule", "history"], isTable: true },
  { args: ["approvals"] },
  { args: ["approvals", "list", "--all"], isTable: true },
  { args: ["queue"], isTable: true },
  { args: ["sessions"], isTable: true },
  { args: ["usage"], isTable: true },
  { args: ["usage", "--since", "1d", "--by", "model"], isTable: true },
  { args: ["memory", "list", long], isTable: true },
  { args: ["memory", "show", long, "last-pull"] },
  { args: ["audit"], isTable: true },
  { args: ["config", "validate"] },
  { args: ["config", "show"] },
  { args: ["config", "schema"] },
  { args: ["trigger", "reviewer", "-p", "Hello", "--dry-run"] },
  { args: ["completion", "bash"] },
  { args: ["service", "install", "--print"] },
  { args: ["token", "show", "--read-only"] },
];

test.each(looks.map((look) => [look.args.join(" "), look] as const))(
  "%s: JSON and nothing else, no colours where none are wanted, and tables that fit",
  async (_, { args, isTable, isStream }) => {
    const piped = await herdctl(args, where);
    expect(piped).toMatchObject({ exitCode: 0 });
    expect(piped.stdout + piped.stderr).not.toContain("\u001B");
    const json = await herdctl([...args, "--json"], where);
    expect(json).toMatchObject({ exitCode: 0, stderr: "" });
    const values = isStream ? json.stdout.split("\n") : [json.stdout];
    for (const value of values.filter((line) => line !== "" || !isStream))
      expect(JSON.parse(value)).toBeTypeOf("object");
    for (const columns of [40, 80, 200]) {
      const env = { ...where.env, NO_COLOR: "1" };
      await using terminal = startOnTerminal(args, { ...where, env, columns });
      expect(await terminal.done).toBe(0);
      expect(terminal.written).not.toContain("\u001B");
      const widths = terminal.screen.lines.map(widthOf);
      if (isTable) expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
    }
    await using coloured = startOnTerminal(args, where);
    expect(await coloured.done).toBe(0);
  },
);

/** Cells of a line: what is Japanese here takes two. */
function widthOf(line: string): number {
  return line.length + [...line.matchAll(/[\u3000-\u9FFF]/g)].length;
}

const wrong: readonly (readonly [string, number, string])[] = [
  ["nothing-of-this-name", 2, "INVALID_REQUEST"],
  ["schedule lst", 2, "INVALID_REQUEST"],
  ["jobs --status done", 2, "INVALID_REQUEST"],
  ["jobs --since yesterday-ish", 2, "INVALID_REQUEST"],
  ["usage --by colour", 2, "INVALID_REQUEST"],
  ["agents nobody", 3, "AGENT_NOT_FOUND"],
  ["logs --agent nobody", 3, "AGENT_NOT_FOUND"],
  ["logs --job job-nothing", 3, "JOB_NOT_FOUND"],
  ["logs latest --agent reviewer", 2, "INVALID_REQUEST"],
  ["logs latest --level warn", 2, "INVALID_REQUEST"],
  ["trigger reviewer --work-item issue", 2, "INVALID_REQUEST"],
  ["jobs --trigger nothing", 2, "INVALID_REQUEST"],
  ["approvals list --all --status denied", 2, "INVALID_REQUEST"],
  ["job job-nothing", 3, "JOB_NOT_FOUND"],
  ["logs job-nothing", 3, "JOB_NOT_FOUND"],
  ["cancel job-nothing", 3, "JOB_NOT_FOUND"],
  ["cancel", 2, "INVALID_REQUEST"],
  ["retry job-nothing", 3, "JOB_NOT_FOUND"],
  ["fork job-nothing", 3, "JOB_NOT_FOUND"],
  ["resume job-nothing -p Go", 3, "JOB_NOT_FOUND"],
  ["resume nobody", 3, "AGENT_NOT_FOUND"],
  ["pause nobody", 3, "AGENT_NOT_FOUND"],
  ["agent add ./elsewhere", 2, "INVALID_REQUEST"],
  ["agent add ./elsewhere --yes", 1, "AGENT_SOURCE"],
  ["agent info nobody", 3, "AGENT_NOT_FOUND"],
  ["agent remove nobody", 3, "AGENT_NOT_FOUND"],
  ["trigger nobody", 3, "AGENT_NOT_FOUND"],
  ["trigger reviewer never", 3, "SCHEDULE_NOT_FOUND"],
  ["trigger asker", 2, "PROMPT_REQUIRED"],
  ["chat nobody", 3, "AGENT_NOT_FOUND"],
  ["schedule next reviewer never", 3, "SCHEDULE_NOT_FOUND"],
  ["schedule history nobody", 3, "AGENT_NOT_FOUND"],
  ["schedule enable reviewer never", 3, "SCHEDULE_NOT_FOUND"],
  ["schedule disable nobody nightly", 3, "AGENT_NOT_FOUND"],
  ["approvals approve ask-nothing", 3, "APPROVAL_NOT_FOUND"],
  ["approvals deny ask-nothing", 3, "APPROVAL_NOT_FOUND"],
  ["approvals answer ask-nothing Yes", 3, "APPROVAL_NOT_FOUND"],
  ["sessions nobody", 3, "AGENT_NOT_FOUND"],
  ["sessions show nothing", 3, "SESSION_NOT_FOUND"],
  ["sessions resume nothing", 3, "SESSION_NOT_FOUND"],
  ["memory list nobody", 3, "AGENT_NOT_FOUND"],
  ["memory forget nobody --all", 3, "AGENT_NOT_FOUND"],
  ["memory forget reviewer nothing", 3, "MEMORY_NOT_FOUND"],
  ["memory show reviewer nothing", 3, "MEMORY_NOT_FOUND"],
  ["config validate -c missing.yaml", 2, "CONFIGURATION_ERROR"],
  ["config validate --url http://localhost:1", 2, "INVALID_REQUEST"],
  ["start", 4, "STATE_LOCKED"],
  ["start --detach", 4, "STATE_LOCKED"],
  ["init", 4, "INVALID_STATE"],
  ["watch", 2, "INVALID_REQUEST"],
  ["completion tcsh", 2, "INVALID_REQUEST"],
  ["status -s missing", 1, "STATE_DIR"],
  ["reload -s missing", 4, "DAEMON_REQUIRED"],
];

test.each(wrong)(
  "%s ends with exit code %d and says why, also in JSON",
  async (line, code, kind) => {
    const args = line.split(" ");
    const told = await herdctl(args, where);
    expect(told).toMatchObject({ exitCode: code, stdout: "" });
    expect(told.stderr).toMatch(/^error: ./);
    const json = await herdctl([...args, "--json"], where);
    expect(json.exitCode).toBe(code);
    expect(JSON.parse(json.stdout)).toMatchObject({
      error: { code: kind, message: expect.stringMatching(/./) },
    });
  },
);

test.each(["", "config", "token", "agent", "memory", "service", "docker"])(
  "%j alone is wrong usage in JSON, and help for people",
  async (group) => {
    const args = group === "" ? [] : [group];
    const json = await herdctl([...args, "--json"], where);
    expect(json).toMatchObject({ exitCode: 2, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({
      error: { code: "INVALID_REQUEST", message: expect.stringContaining("--help") },
    });
    const help = await herdctl(args, where);
    expect(help.stdout + help.stderr).toContain("Usage: herdctl");
    expect(help.exitCode).toBe(group === "" ? 0 : 2);
  },
);

test("the version is there for programs, too", async () => {
  const { stdout } = await herdctl(["--version"], where);
  const json = await herdctl(["--version", "--json"], where);
  const withOptions = await herdctl(["-c", "fleet", "--version"], where);
  expect(withOptions).toMatchObject({ stdout, exitCode: 0 });
  const misspelt = await herdctl(["strat", "--version"], where);
  expect(misspelt).toMatchObject({ stdout: "", exitCode: 2 });
  expect(json).toMatchObject({ exitCode: 0, stderr: "" });
  expect(JSON.parse(json.stdout)).toEqual({ version: stdout.trim() });
});

test("what acts on the fleet says so in JSON, too", async () => {
  const ask = async (line: string): Promise<Record<string, unknown>> => {
    const { exitCode, stdout, stderr } = await herdctl([...line.split(" "), "--json"], where);
    expect({ line, exitCode, stderr }).toEqual({ line, exitCode: 0, stderr: "" });
    return JSON.parse(stdout);
  };
  expect(await ask("pause reviewer")).toEqual({ paused: true, agentName: "reviewer" });
  expect(await ask("resume reviewer")).toEqual({ wasPaused: true, agentName: "reviewer" });
  expect(await ask("schedule disable reviewer nightly")).toMatchObject({ enabled: false });
  expect(await ask("schedule enable reviewer nightly")).toMatchObject({ enabled: true });
  expect(await ask("reload")).toEqual({ changes: [] });
  const { approvals } = await ask("approvals");
  const [{ id }] = approvals as readonly [{ id: string }];
  expect(await ask(`approvals deny ${id} -m No`)).toMatchObject({ id, status: "denied" });
  const { jobs } = await ask("jobs --status queued");
  const [queued] = jobs as readonly [{ id: string }];
  expect(await ask(`cancel ${queued.id}`)).toMatchObject({ status: "cancelled" });
  expect(await ask(`retry ${queued.id} --detach`)).toMatchObject({ status: "queued" });
  expect(await ask(`fork ${queued.id} --detach`)).toMatchObject({ forkedFrom: queued.id });
  expect(await ask("cancel --all")).toMatchObject({ jobIds: expect.any(Array) });
  expect(await ask(`memory forget ${long} last-pull`)).toEqual({ forgotten: 1 });
  expect(await ask("stop")).toMatchObject({ stopped: true });
  expect(await ask("stop")).toMatchObject({ stopped: false });
  expect((await daemon.done).exitCode).toBe(0);
});

test("every command is looked at here, or has a test of its own", async () => {
  const list = async (...words: readonly string[]): Promise<readonly string[]> => {
    const { stdout } = await herdctl(["__complete", ...words, ""], where);
    return stdout.split("\n").map((line) => line.split("\t")[0] ?? "");
  };
  const tested = [...looks.map(({ args }) => args.join(" ")), ...wrong.map(([line]) => line)];
  const elsewhere = new Set(["demo", "mcp", "doctor", "docker", "stop", "service", "token"]);
  const commands = (await list()).filter((name) => name !== "" && !elsewhere.has(name));
  expect(commands.length).toBeGreaterThan(20);
  const missing = commands.filter((name) => !tested.some((line) => line.startsWith(name)));
  expect(missing).toEqual([]);
});
