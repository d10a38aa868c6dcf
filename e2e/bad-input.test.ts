import { chmod, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inPrompt, script } from "@herdctl/testing";
import { describe, expect, test } from "vitest";
import { type CommandResult, herdctl, startHerdctl } from "./herdctl.ts";
import { shareFleet } from "./shared-fleet.ts";

const { fleet, where } = await shareFleet({
  agents: {
    reviewer: { schedules: { nightly: { type: "cron", cron: "@daily", prompt: "Go." } } },
    mute: {},
  },
});

const table: readonly (readonly [string, readonly string[], number, RegExp])[] = [
  ["an unknown command", ["trigge", "reviewer"], 2, /unknown command.*[^]*Did you mean trigger/],
  ["an empty argument", ["pause", ""], 2, /argument 'agent' is empty/],
  ["an empty answer", ["approvals", "answer", "ask-01k", ""], 2, /argument 'text' is empty/],
  ["an empty option", ["jobs", "--agent", ""], 2, /'--agent <name>' is empty/],
  ["an unknown option", ["jobs", "--limitt", "3"], 2, /unknown option '--limitt'[^]*--limit/],
  ["a missing argument", ["job"], 2, /missing required argument 'job'/],
  ["a limit that is no number", ["jobs", "--limit", "many"], 2, /whole number/],
  ["a status that does not exist", ["jobs", "--status", "done"], 2, /completed/],
  ["a since that means nothing", ["jobs", "--since", "yesterdayish"], 2, /2h/],
  ["an unknown agent", ["trigger", "reviever"], 3, /no agent "reviever"\. Did you mean "reviewer"/],
  ["an agent without history", ["jobs", "--agent", "reviwer"], 3, /Did you mean "reviewer"/],
  ["an unknown schedule", ["trigger", "reviewer", "nightl"], 3, /Did you mean "nightly"/],
  ["an unknown job", ["job", "job-0123"], 3, /no job "job-0123"/],
  ["logs of nothing known", ["logs", "reviewr"], 3, /Did you mean "reviewer"/],
  ["cancelling an unknown job", ["cancel", "job-0123"], 3, /no job "job-0123"/],
  ["cancelling nothing in particular", ["cancel"], 2, /--all/],
  ["cancelling one job and all", ["cancel", "latest", "--all"], 2, /--all/],
  ["cancelling an agent without --all", ["cancel", "latest", "--agent", "mute"], 2, /--all/],
  ["cancelling all of an unknown agent", ["cancel", "--all", "--agent", "mut"], 3, /"mute"/],
  ["retrying an unknown job", ["retry", "job-0123"], 3, /no job "job-0123"/],
  ["forking an unknown job", ["fork", "job-0123"], 3, /no job "job-0123"/],
  ["forking a session in an unknown way", ["fork", "x", "--session", "old"], 2, /new, fork/],
  ["resuming a job without a prompt", ["resume", "latest"], 2, /-p <text>/],
  ["resuming an unknown job", ["resume", "job-0123", "-p", "Go on."], 3, /no job "job-0123"/],
  ["a prompt for no job", ["resume", "-p", "Go on."], 2, /Name the job/],
  ["resuming an unknown agent", ["resume", "mut"], 3, /Did you mean "mute"/],
  ["pausing an unknown agent", ["pause", "mut"], 3, /Did you mean "mute"/],
  ["reloading nothing", ["reload"], 4, /No fleet is running/],
  ["an unknown subcommand", ["schedule", "lst"], 2, /unknown command.*[^]*Did you mean list/],
  ["an unknown answer to approvals", ["approvals", "alow"], 2, /unknown command/],
  ["a schedule without its agent", ["schedule", "enable"], 2, /missing required argument/],
  ["more fires than there are", ["schedule", "next", "-n", "5000"], 2, /--count.*1 to 1000/],
  ["a preview of an unknown schedule", ["schedule", "next", "reviewer", "x"], 3, /nightly/],
  ["the history of an unknown agent", ["schedule", "history", "reviwer"], 3, /reviewer/],
  ["usage of an unknown agent", ["usage", "--agent", "mut"], 3, /Did you mean "mute"/],
  ["a state directory that is not there", ["-s", "typo", "status"], 1, /no state directory .*typo/],
  ["usage by something else", ["usage", "--by", "hour"], 2, /agent, day, model/],
  ["no prompt at all", ["trigger", "mute"], 2, /no prompt/],
  ["an empty prompt", ["trigger", "mute", "-p", " "], 2, /empty/],
  ["a prompt file that is not there", ["trigger", "mute", "--prompt-file", "x.md"], 2, /x\.md/],
  ["two prompts", ["trigger", "mute", "-p", "a", "--prompt-file", "b"], 2, /cannot be used with/],
  ["detaching without a daemon", ["trigger", "mute", "-p", "a", "--detach"], 2, /herdctl start/],
  ["following without a daemon", ["logs", "-f"], 4, /herdctl start/],
  [
    "a configuration that is not there",
    ["-c", "herdctl.yml", "status"],
    2,
    /Did you mean "herdctl.yaml"/,
  ],
  ["initialising over a fleet", ["init"], 4, /herdctl\.yaml.* exist/],
  ["an agent name that is none", ["init", "agent", "../evil"], 2, /not a name for an agent/],
  ["stopping nothing", ["stop"], 0, /No fleet is running/],
];

test.each(table)("%s", async (_what, args, exitCode, message) => {
  const result = await herdctl(args, where);
  expect(result.stderr).toMatch(message);
  expect(result).toMatchObject({ exitCode, stdout: "" });
});

const answers = [
  "an unknown command",
  "no prompt at all",
  "an unknown job",
  "following without a daemon",
];

test.each(table.filter(([what]) => answers.includes(what)))(
  "%s, as JSON for a program",
  async (_what, args, exitCode) => {
    const result = await herdctl([...args, "--json"], where);
    const answer = JSON.parse(result.stdout);
    expect(answer.error).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    expect(result).toMatchObject({ exitCode, stderr: "" });
  },
);

describe("without what it needs", () => {
  test("no configuration anywhere: says how to make one", async () => {
    const dir = await realpath(await mkdtemp(join(tmpdir(), "herdctl-empty-")));
    const result = await herdctl(["status"], { cwd: dir, env: fleet.env });
    expect(result).toMatchObject({ exitCode: 2, stdout: "" });
    expect(result.stderr).toContain("herdctl init");
    expect((await herdctl(["stop"], { cwd: dir, env: fleet.env })).exitCode).toBe(0);
    await rm(dir, { recursive: true });
  });

  test("a broken configuration: every problem with its place, and history still readable", async () => {
    const prompt = inPrompt(script().text("Before it broke."));
    await herdctl(["trigger", "mute", "-p", prompt], where);
    const broken = join(fleet.dir, "broken.yaml");
    await writeFile(broken, "version: 1\nfleett: {}\nagents:\n  - path: agents/nobody.yaml\n");
    const invalid = await herdctl(["-c", broken, "config", "validate"], where);
    expect(invalid).toMatchObject({ exitCode: 2, stdout: "" });
    expect(invalid.stderr).toMatch(/broken\.yaml:2:1[^]*fleett[^]*broken\.yaml:4:/);
    const json = JSON.parse(
      (await herdctl(["-c", broken, "config", "validate", "--json"], where)).stdout,
    );
    expect(json.error.problems).toHaveLength(2);
    expect((await herdctl(["-c", broken, "trigger", "mute"], where)).exitCode).toBe(2);
    const history: CommandResult[] = [];
    for (const args of [["jobs"], ["job", "latest"], ["logs", "latest"], ["logs", "mute"]]) {
      history.push(await herdctl(["-c", broken, ...args], where));
    }
    expect(history.map((result) => result.exitCode)).toEqual([0, 0, 0, 0]);
    for (const command of ["audit", "usage"]) {
      const { exitCode, stdout } = await herdctl(["-c", broken, command], where);
      expect(exitCode).toBe(0);
      expect(stdout).toContain("mute");
    }
    expect(history[0]?.stdout).toMatch(/mute +manual +completed/);
    expect(history[1]?.stdout).toContain("not shown without a valid configuration");
    expect(history[2]?.stdout).toBe("Before it broke.\n");
  });

  test("no claude: says what to install", async () => {
    const env = { ...fleet.env, HERDCTL_CLAUDE_PATH: join(fleet.dir, "no-such-claude") };
    const result = await herdctl(["trigger", "mute", "-p", "Hello."], { ...where, env });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain("no-such-claude");
  });

  test("a state directory that is a file, or that cannot be created", async () => {
    for (const stateDir of [fleet.configPath, "/proc/herdctl-state"]) {
      const result = await herdctl(["-s", stateDir, "trigger", "mute", "-p", "Hello."], where);
      expect(result).toMatchObject({ exitCode: 1, stdout: "" });
      expect(result.stderr).toContain(stateDir);
    }
  });

  test("a state directory that another daemon owns: names it", async () => {
    await using daemon = startHerdctl(["start"], where);
    await daemon.shows("control socket");
    const result = await herdctl(["start"], where);
    expect(result.exitCode).toBe(4);
    expect(result.stderr).toContain(`process ${daemon.pid}`);
  });

  test("a state directory that a program with an embedded fleet owns: reads work, writes name it", async () => {
    await using manager = fleet.manager();
    await manager.initialize();
    await manager.start();
    expect((await herdctl(["jobs"], where)).exitCode).toBe(0);
    expect((await herdctl(["status"], where)).exitCode).toBe(0);
    for (const args of [["trigger", "mute", "-p", "Hello."], ["cancel", "latest"], ["stop"]]) {
      const result = await herdctl(args, where);
      expect(result.exitCode).toBe(4);
      expect(result.stderr).toContain(`Process ${process.pid}`);
    }
  });

  test("a file of the configuration that may not be read", async () => {
    const file = join(fleet.dir, "agents", "mute.yaml");
    await chmod(file, 0);
    const result = await herdctl(["config", "validate"], where);
    await chmod(file, 0o600);
    // Root reads everything.
    expect(result.exitCode).toBe(process.getuid?.() === 0 ? 0 : 2);
  });
});
