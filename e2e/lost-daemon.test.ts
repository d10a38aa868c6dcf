import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestFleet, script } from "@herdctl/testing";
import { expect, test } from "vitest";
import { herdctl, processesWith, type RunningCommand, startHerdctl } from "./herdctl.ts";

const untilReleased = "echo begun; until [ -e go ]; do sleep 0.05; done";

test("a job that outlives its daemon is followed from the old one to the new one", async () => {
  await using fleet = await createTestFleet({
    agents: {
      worker: { permission_mode: "bypassPermissions", runtime: "cli", default_prompt: "Work." },
      other: { permission_mode: "bypassPermissions", runtime: "cli", default_prompt: "Work." },
    },
    scripts: {
      worker: script().text("Starting.").tool("Bash", { command: untilReleased }).text("Over."),
      other: script().text("Starting.").tool("Bash", { command: untilReleased }).text("Over."),
    },
  });
  const where = { cwd: fleet.dir, env: fleet.env };
  await using first = startHerdctl(["start"], where);
  await first.shows("control socket");
  await using watching = startHerdctl(["trigger", "worker"], where);
  await using waiting = startHerdctl(["trigger", "other", "--json"], where);
  await watching.shows(untilReleased);
  await using reading = startHerdctl(["logs", "other", "-f"], where);
  await reading.shows("Starting.");

  expect((await herdctl(["stop", "--leave-running"], where)).exitCode).toBe(0);
  await watching.shows("The daemon does not answer");
  await waiting.shows("The daemon does not answer");
  await using second = startHerdctl(["start"], where);
  await second.shows("control socket");
  await watching.shows("The daemon answers again");
  await waiting.shows("The daemon answers again");
  for (const agent of ["worker", "other"]) await writeFile(join(fleet.workspace(agent), "go"), "");

  const watched = await watching.done;
  expect(watched).toMatchObject({ exitCode: 0 });
  expect(watched.stdout).toMatch(/^Starting\.\n→ Bash [^\n]+\n {4}begun\nOver\.\n✓ completed/);
  const waited = await waiting.done;
  expect(waited.exitCode).toBe(0);
  expect(JSON.parse(waited.stdout)).toMatchObject({ agentName: "other", status: "completed" });
  expect((await herdctl(["stop"], where)).exitCode).toBe(0);
  expect(processesWith(`HOME=${join(fleet.dir, "home")}`)).toEqual([]);
});

test("whoever follows a job of a daemon that was killed is told its id, and how to go on", async () => {
  await using fleet = await createTestFleet({
    agents: { worker: { permission_mode: "bypassPermissions", concurrency: 3 } },
    scripts: { worker: script().tool("Bash", { command: untilReleased }) },
  });
  const where = { cwd: fleet.dir, env: fleet.env };
  await using daemon = startHerdctl(["start"], where);
  await daemon.shows("control socket");
  const trigger = ["trigger", "worker", "-p", "Work."];
  await using watching = startHerdctl(trigger, where);
  await using leaving = startHerdctl(trigger, where);
  await using waiting = startHerdctl([...trigger, "--json"], where);
  for (const command of [watching, leaving]) await command.shows(untilReleased);
  daemon.kill("SIGKILL");

  await leaving.shows("The daemon does not answer");
  leaving.kill("SIGINT");
  const left = await leaving.done;
  expect(left).toMatchObject({ exitCode: 130 });
  expect(left.stderr).toContain(`The daemon of ${idOf(leaving)} does not answer.`);
  expect(left.stderr).toContain(`logs ${idOf(leaving)} -f`);

  const id = idOf(watching);
  const watched = await watching.done;
  expect(watched.exitCode).toBe(1);
  expect(watched.stderr).toContain("error: No daemon answers on ");
  expect(watched.stderr).toMatch(new RegExp(`What became of the job: .* job ${id}`));
  expect(watched.stderr).toContain(` logs ${id} -f`);
  const waited = await waiting.done;
  expect(waited.exitCode).toBe(1);
  const { error } = JSON.parse(waited.stdout) as { error: { jobId: string; message: string } };
  expect(error).toMatchObject({ code: "DAEMON_UNREACHABLE" });
  expect(error.message).toContain(` job ${error.jobId}\``);
  expect((await herdctl(["job", error.jobId], where)).stdout).toContain(error.jobId);
});

function idOf(command: RunningCommand): string {
  return /(job-\w+)/.exec(command.stderr)?.[1] ?? "";
}
