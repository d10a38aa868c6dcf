import { join } from "node:path";
import { createTestFleet, inPrompt, script, type TestFleet } from "@herdctl/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually, herdctl, processesWith, startHerdctl } from "./herdctl.ts";
import { startOnTerminal } from "./pseudo-terminal.ts";

const interrupt = "\u0003";
const stuck = inPrompt(
  script().tool("Bash", { command: "python3 -c 'import time; time.sleep(300)'" }),
);

let fleet: TestFleet;
let where: { cwd: string; env: Readonly<Record<string, string>> };

beforeAll(async () => {
  fleet = await createTestFleet({
    agents: { helper: { permission_mode: "bypassPermissions", concurrency: 4 } },
  });
  where = { cwd: fleet.dir, env: fleet.env };
});
afterAll(() => fleet[Symbol.asyncDispose]());

test("a terminal shows turns, tool calls, the API's retries, and cost and tokens at the end", async () => {
  const prompt = inPrompt(
    script()
      .error(529, { times: 1 })
      .text("Looking.")
      .tool("Bash", { command: "echo 42" })
      .text("It is 42."),
  );
  await using command = startOnTerminal(["trigger", "helper", "-p", prompt], where);
  await command.shows("the API answers 529");
  await command.shows(/turn \d · 1 tool call · \d+s …/);
  expect(await command.done).toBe(0);
  const { lines } = command.screen;
  const shown = lines.filter((line) => line !== "");
  expect(shown.slice(-5, -1)).toEqual(["Looking.", "→ Bash echo 42", "    42", "It is 42."]);
  expect(shown.at(-1)).toMatch(
    /^✓ completed · 2 turns · \$0\.\d+ · [\d.]+k? tokens in, \d+ out · [\d.]+m?s$/,
  );
});

test("Ctrl-C in a terminal cancels a job in the foreground; twice, it leaves at once", async () => {
  await using once = startOnTerminal(["trigger", "helper", "-p", stuck], where);
  await once.shows("time.sleep(300)");
  once.type(interrupt);
  expect(await once.done).toBe(130);
  expect(once.screen.text).toContain("✗ cancelled");
  await using twice = startOnTerminal(["trigger", "helper", "-p", stuck], where);
  await twice.shows("time.sleep(300)");
  twice.type(interrupt);
  await twice.shows("Cancelling the job. Once more to leave at once.");
  twice.type(interrupt);
  expect(await twice.done).toBe(130);
  const home = `HOME=${join(fleet.dir, "home")}`;
  await eventually(() => (processesWith(home).length === 0 ? true : undefined));
});

test("Ctrl-C in a terminal lets go of a job of the daemon, however often", async () => {
  await using daemon = startHerdctl(["start"], where);
  await daemon.shows("control socket");
  await using command = startOnTerminal(["trigger", "helper", "-p", stuck], where);
  await command.shows("time.sleep(300)");
  command.type(interrupt + interrupt);
  expect(await command.done).toBe(130);
  const [, id = ""] = /The daemon goes on with (job-\w+)/.exec(command.screen.text) ?? [];
  expect(command.screen.text).toContain(`logs ${id} -f`);
  await using again = startOnTerminal(["logs", id, "-f"], where);
  await again.shows("time.sleep(300)");
  again.type(interrupt);
  expect(await again.done).toBe(130);
  const job = JSON.parse((await herdctl(["job", id, "--json"], where)).stdout);
  expect(job.status).toBe("running");
  expect((await herdctl(["stop", "--now"], where)).exitCode).toBe(0);
});
