import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestFleet, inPrompt, script } from "@herdctl/testing";
import { expect, test } from "vitest";
import { eventually, herdctl, processesWith, startHerdctl } from "./herdctl.ts";
import { startOnTerminal } from "./pseudo-terminal.ts";

const stuck = inPrompt(
  script().text("I wait.").tool("Bash", { command: "python3 -c 'import time; time.sleep(300)'" }),
);
const asking = inPrompt(script().tool("Write", { file_path: "a.txt", content: "A" }).text("Done."));

test("watch shows the fleet as it changes, and acts on it", async () => {
  await using fleet = await createTestFleet({
    agents: {
      worker: { permission_mode: "bypassPermissions" },
      writer: {
        permission_mode: "bypassPermissions",
        approvals: { tools: ["Write"], hold: "1s", expires: "1h" },
        schedules: { nightly: { type: "cron", cron: "0 3 * * *", prompt: "Write." } },
      },
    },
  });
  const where = { cwd: fleet.dir, env: fleet.env };
  await using daemon = startHerdctl(["start"], where);
  await daemon.shows("control socket");
  await using watch = startOnTerminal(["watch"], where);
  await watch.shows("no job runs or waits");
  expect(watch.screen).toMatchObject({ isAlternate: true, isCursorShown: false });
  expect(watch.screen.text).toMatch(/writer +nightly/);

  const detached = await herdctl(["trigger", "worker", "-p", stuck, "--detach"], where);
  const id = detached.stdout.trim();
  await watch.shows(new RegExp(`${id} +worker +running.* → Bash python3`));
  watch.type("k\u001B[A\u001B[A\u001B[A\r");
  await watch.shows(/^I wait\.$/m);
  watch.type("q");
  await watch.shows("q quit");
  watch.type("c");
  await watch.shows(`Cancel ${id}? y`);
  watch.type("y");
  await watch.shows(`Cancelled ${id}.`);
  await watch.shows(new RegExp(`${id} +worker +cancelled`));
  expect(processesWith(`HERDCTL_JOB=${id}`)).toEqual([]);

  await herdctl(["trigger", "writer", "-p", asking, "--detach"], where);
  await watch.shows("1 request waits for you: press a");
  watch.type("a");
  await watch.shows(/Write: .*a\.txt/);
  watch.type("y");
  await watch.shows("is allowed.");
  watch.type("q");
  await watch.shows(/writer +completed/);
  watch.type("p");
  await watch.shows(/worker +idle, paused/);
  expect(watch.screen.hasOverflown).toBe(false);

  watch.type("q");
  expect(await watch.done).toBe(0);
  expect(watch.screen).toMatchObject({ isAlternate: false, isCursorShown: true });
  expect((await herdctl(["stop"], where)).exitCode).toBe(0);
});

test("watch follows the size of its terminal, and gives the terminal back however it ends", async () => {
  await using fleet = await createTestFleet({ agents: { worker: {} } });
  const where = { cwd: fleet.dir, env: fleet.env };
  const none = startOnTerminal(["watch"], where);
  expect(await none.done).toBe(4);
  expect(none.written).toContain("There is no running fleet to watch");
  await using daemon = startHerdctl(["start"], where);
  await daemon.shows("control socket");

  await using watch = startOnTerminal(["watch"], {
    ...where,
    columns: 200,
    rows: 60,
    before: `mkfifo size; (read any < size; stty -F /dev/tty cols 40 rows 10) &`,
  });
  await watch.shows("no job runs or waits");
  expect(watch.screen.lines).toHaveLength(60);
  watch.screen.resize({ columns: 40, rows: 10 });
  await writeFile(join(fleet.dir, "size"), "\n");
  await eventually(() => (watch.screen.lines[9]?.startsWith("q quit") ? true : undefined));
  expect(Math.max(...watch.screen.lines.map((line) => line.length))).toBeLessThanOrEqual(40);
  watch.type("\u0003");
  expect(await watch.done).toBe(130);
  expect(watch.screen).toMatchObject({ isAlternate: false, isCursorShown: true });

  await using left = startOnTerminal(["watch"], where);
  await left.shows("no job runs or waits");
  expect((await herdctl(["stop"], where)).exitCode).toBe(0);
  expect(await left.done).toBe(0);
  expect(left.written).toContain("The fleet has stopped.");
  expect(left.screen.isAlternate).toBe(false);
});

test("when its daemon dies, watch waits for the next one, else gives the terminal back and says so", async () => {
  await using fleet = await createTestFleet({ agents: { worker: {} } });
  const where = { cwd: fleet.dir, env: fleet.env };
  await using daemon = startHerdctl(["start"], where);
  await daemon.shows("control socket");
  await using watch = startOnTerminal(["watch"], where);
  await watch.shows("no job runs or waits");
  daemon.kill("SIGKILL");
  await watch.shows("The daemon does not answer");
  await using next = startHerdctl(["start"], where);
  await watch.shows("The daemon answers again");
  const said = inPrompt(script().text("I am back."));
  expect((await herdctl(["trigger", "worker", "-p", said], where)).exitCode).toBe(0);
  await watch.shows(/worker +completed/);

  next.kill("SIGKILL");
  expect(await watch.done).toBe(1);
  expect(watch.screen).toMatchObject({ isAlternate: false, isCursorShown: true });
  expect(watch.screen.text).toContain("error: No daemon answers");
});

test("watch without a terminal tells what to use instead", async () => {
  await using fleet = await createTestFleet({ agents: { worker: {} } });
  const result = await herdctl(["watch", "--json"], { cwd: fleet.dir, env: fleet.env });
  expect(result.exitCode).toBe(2);
  expect(JSON.parse(result.stdout).error.message).toContain("herdctl status");
});
