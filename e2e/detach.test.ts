import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { createTestFleet, inPrompt, script } from "@herdctl/testing";
import { expect, test } from "vitest";
import { bin, eventually, herdctl, processesWith, startHerdctl } from "./herdctl.ts";

const prompt = inPrompt(script().text("Done."));

test("start --detach returns when the daemon answers, and another one is refused", async () => {
  await using fleet = await createTestFleet({ agents: { a: {} } });
  const where = { cwd: fleet.dir, env: fleet.env };
  const start = ["start", "--detach", "--web", "--port", "0", "--json"];
  const started = await herdctl(start, where);
  expect(started).toMatchObject({ exitCode: 0, stderr: "" });
  const { pid, logFile, url } = JSON.parse(started.stdout);
  expect((await fetch(url)).status).toBe(401);
  expect(JSON.parse((await herdctl(["status", "--json"], where)).stdout)).toMatchObject({
    pid,
    running: true,
  });
  expect((await herdctl(["trigger", "a", "-p", prompt], where)).stdout).toContain("Done.");

  const second = await herdctl(["start", "--detach"], where);
  expect(second).toMatchObject({ exitCode: 4, stdout: "" });
  expect(second.stderr).toContain(`in use by process ${pid}`);
  const log = await readFile(logFile, "utf8");
  expect(log).toContain("control socket");
  expect(log).toContain("a  completed");
  expect((await herdctl(["stop"], where)).stdout).toContain(`process ${pid}`);
  expect(processesWith(`HOME=${join(fleet.dir, "home")}`)).toEqual([]);
});

test("the daemon outlives the terminal that it was started in", async () => {
  await using fleet = await createTestFleet({ agents: { a: {} } });
  const where = { cwd: fleet.dir, env: fleet.env };
  const command = [process.execPath, bin, "start", "--detach"].join(" ");
  const { stdout } = await promisify(execFile)("script", ["-qec", command, "/dev/null"], where);
  const [, pid = ""] = /process (\d+)/.exec(stdout) ?? [];
  const [, fields = ""] = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ");
  const [, , group, session, terminal] = fields.split(" ");
  expect([group, session, terminal]).toEqual([pid, pid, "0"]);
  expect((await herdctl(["status"], where)).stdout).toContain(`(process ${pid})`);
  expect((await herdctl(["stop"], where)).exitCode).toBe(0);
});

test("interrupted while it waits, start --detach leaves no daemon behind", async () => {
  await using fleet = await createTestFleet({ agents: { a: {} } });
  const ofFleet = `HOME=${join(fleet.dir, "home")}`;
  await using command = startHerdctl(["start", "--detach"], { cwd: fleet.dir, env: fleet.env });
  const daemon = await eventually(() => processesWith(ofFleet).find((pid) => pid !== command.pid));
  // Else it may answer first.
  process.kill(daemon, "SIGSTOP");
  command.kill("SIGINT");
  process.kill(daemon, "SIGCONT");
  expect(await command.done).toMatchObject({ exitCode: 130, stdout: "" });
  expect(command.stderr).toContain("Interrupted");
  await eventually(() => processesWith(ofFleet).length === 0 || undefined);
});

test("tells why there is no daemon: by its own error, else by the end of its log", async () => {
  await using fleet = await createTestFleet({ agents: { a: { max_turns: "many" } } });
  const where = { cwd: fleet.dir, env: fleet.env };
  const invalid = await herdctl(["start", "--detach", "--json"], where);
  expect(invalid.exitCode).toBe(2);
  expect(JSON.parse(invalid.stdout).error).toMatchObject({
    code: "CONFIGURATION_ERROR",
    problems: [{ path: "max_turns" }],
  });
  const nowhere = await herdctl(["start", "--detach", "-s", "/proc/herdctl", "--json"], where);
  expect(nowhere.exitCode).toBe(1);
  expect(JSON.parse(nowhere.stdout).error.code).toBe("STATE_DIR");
  const dies = "if(process.connected){console.error('Out of luck.');process.exit(9)}";
  const env = {
    ...fleet.env,
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(dies)}`,
  };
  const died = await herdctl(["start", "--detach"], { ...where, env });
  expect(died.exitCode).toBe(1);
  expect(died.stderr).toMatch(/ended with exit code 9 .*console\.log\.\nOut of luck\./s);
  await eventually(() => (processesWith(`HOME=${fleet.dir}`).length === 0 ? true : undefined));
});
