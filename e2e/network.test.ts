import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { createTestFleet, inPrompt, script } from "@herdctl/testing";
import { createFleetClient } from "@herdctl/web";
import { expect, test } from "vitest";
import { herdctl, startHerdctl, type RunningCommand } from "./herdctl.ts";
import { startOnTerminal } from "./pseudo-terminal.ts";

const agents = { clerk: { permission_mode: "bypassPermissions" } };
const done = inPrompt(script().text("All done."));

/** Where a daemon says that it serves its API. */
async function urlOf(daemon: RunningCommand): Promise<string> {
  const said = /HTTP API (http:\/\/\S+:\d+)/;
  await daemon.shows(said);
  return said.exec(daemon.stdout)?.[1] ?? "";
}

test("a fleet is used over TCP from elsewhere as it is from beside it", async () => {
  await using fleet = await createTestFleet({ agents });
  const beside = { cwd: fleet.dir, env: fleet.env };
  await using daemon = startHerdctl(["start", "--web", "--port", "0"], beside);
  const url = await urlOf(daemon);
  const token = (await herdctl(["token", "show"], beside)).stdout.trim();
  // Nobody watches this terminal, and what it shows may be kept.
  await daemon.shows("token show");
  expect(daemon.stdout + daemon.stderr).not.toContain(token);

  const elsewhere = { cwd: "/", env: { ...fleet.env, HERDCTL_URL: url, HERDCTL_TOKEN: token } };
  const ran = await herdctl(["trigger", "clerk", "-p", done], elsewhere);
  expect(ran.exitCode).toBe(0);
  expect(ran.stdout).toContain("All done.");
  for (const command of ["agents", "jobs", "queue", "usage"]) {
    const args = [command, "--json"];
    const near = await herdctl(args, beside);
    expect((await herdctl(args, elsewhere)).stdout).toBe(near.stdout);
  }
  const audit = JSON.parse((await herdctl(["audit", "--json"], elsewhere)).stdout) as {
    entries: readonly object[];
  };
  expect(audit.entries[0]).toMatchObject({
    operation: "trigger",
    actor: {
      via: "bearer",
      access: "full",
      address: expect.stringMatching(/^(127\.0\.0\.1|::1)$/) as string,
    },
    outcome: "ok",
  });
  const table = await herdctl(["audit", "--operation", "trigger"], elsewhere);
  expect(table.stdout).toMatch(/bearer from \S+ +trigger +clerk +job-/);

  const local = await herdctl(["token", "show"], elsewhere);
  expect(local).toMatchObject({ exitCode: 2, stdout: "" });
  expect(local.stderr).toContain("own machine");
  const stopped = await herdctl(["stop"], elsewhere);
  expect(stopped.exitCode).toBe(0);
  expect((await daemon.done).exitCode).toBe(0);
  const gone = await herdctl(["status"], elsewhere);
  expect(gone).toMatchObject({ exitCode: 1, stdout: "" });
  const asked = await herdctl(["audit", "--operation", "stop", "--json"], beside);
  expect(JSON.parse(asked.stdout)).toMatchObject({ entries: [{ actor: { via: "bearer" } }] });
});

test("without a token nobody comes in, a replaced one is worth nothing, and one may only look", async () => {
  await using fleet = await createTestFleet({
    agents,
    fleet: { web: { enabled: true, port: 1 } },
  });
  const beside = { cwd: fleet.dir, env: fleet.env };
  expect((await herdctl(["token", "show"], beside)).exitCode).toBe(1);
  await using daemon = startHerdctl(["start", "--port", "0"], beside);
  const url = await urlOf(daemon);
  const read = (await herdctl(["token", "show", "--read-only"], beside)).stdout.trim();
  const ask = (args: readonly string[], token = ""): ReturnType<typeof herdctl> =>
    herdctl([...args, "--url", url], { cwd: "/", env: { ...fleet.env, HERDCTL_TOKEN: token } });

  for (const token of ["", "herdctl_wrong"]) {
    const refused = await ask(["status", "--json"], token);
    expect(refused.exitCode).toBe(2);
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: "UNAUTHORIZED" } });
  }
  expect((await ask(["status"], read)).exitCode).toBe(0);
  expect((await ask(["trigger", "clerk", "-p", "Hi.", "--dry-run"], read)).exitCode).toBe(0);
  const paused = await ask(["pause"], read);
  expect(paused).toMatchObject({ exitCode: 4, stdout: "" });

  const rotated = await herdctl(["token", "rotate", "--read-only", "--json"], beside);
  const { token: next } = JSON.parse(rotated.stdout) as { token: string };
  expect((await ask(["status"], read)).exitCode).toBe(2);
  expect((await ask(["status"], next)).exitCode).toBe(0);
  const audit = await herdctl(["audit", "--json", "--limit", "2"], beside);
  expect(JSON.parse(audit.stdout)).toMatchObject({
    entries: [
      { operation: "rotateToken", outcome: "ok" },
      { operation: "pause", outcome: "FORBIDDEN", actor: { via: "bearer", access: "read-only" } },
    ],
  });
  const mixed = await herdctl(["status", "--url", url, "-s", fleet.stateDir], beside);
  expect(mixed.exitCode).toBe(2);
  await herdctl(["stop"], beside);
});

test("a port that is taken ends the start before anything runs", async () => {
  await using fleet = await createTestFleet({ agents });
  const where = { cwd: fleet.dir, env: fleet.env };
  const taken = createServer();
  await once(taken.listen(0, "127.0.0.1"), "listening");
  const address = taken.address();
  const port = typeof address === "object" && address ? String(address.port) : "";
  const refused = await herdctl(["start", "--web", "--port", port], where);
  taken.close();
  expect(refused.exitCode).toBe(4);
  expect(refused.stderr).toContain("Choose another port");
  expect(existsSync(join(fleet.stateDir, "herdctl.sock"))).toBe(false);
  const alone = await herdctl(["start", "--port", "4000"], where);
  expect(alone.exitCode).toBe(2);
  expect(alone.stderr).toContain("--web");

  await using daemon = startHerdctl(["start", "--web", "--port", port], where);
  await urlOf(daemon);
  const second = await herdctl(["start", "--web", "--port", port], where);
  expect(second.exitCode).toBe(4);
  // What is wrong is the second daemon, not its port.
  expect(second.stderr).toContain(`process ${daemon.pid}`);
});

test("new tokens are shown once, on a terminal, and a change of the port waits for the next start", async () => {
  await using fleet = await createTestFleet({ agents, fleet: { web: { port: 4711 } } });
  const where = { cwd: fleet.dir, env: fleet.env };
  const start = ["start", "--web", "--port", "0"];
  {
    await using first = startOnTerminal(start, { ...where, columns: 120 });
    await first.shows("HTTP API");
    const tokens = ["show", "show --read-only"].map(async (words) => {
      const shown = await herdctl(["token", ...words.split(" ")], where);
      return shown.stdout.trim();
    });
    for (const token of await Promise.all(tokens)) await first.shows(token);
    const file = join(fleet.dir, "herdctl.yaml");
    await writeFile(file, (await readFile(file, "utf8")).replace("4711", "4712"));
    const reloaded = await herdctl(["reload"], where);
    expect(reloaded.stdout).toContain("fleet:web:port changed");
    expect(reloaded.stderr).toContain("`web` takes effect at the next start");
    await first.shows("takes effect at the next start");
    await herdctl(["stop"], where);
    expect(await first.done).toBe(0);
  }
  await using second = startOnTerminal(start, { ...where, columns: 120 });
  await second.shows("HTTP API");
  await herdctl(["stop"], where);
  await second.done;
  expect(second.written).not.toContain("herdctl_");
});

test("two commands and a stream of events see the same at the same time", async () => {
  await using fleet = await createTestFleet({ agents });
  const where = { cwd: fleet.dir, env: fleet.env };
  await using daemon = startHerdctl(["start", "--web", "--port", "0"], where);
  const url = await urlOf(daemon);
  const token = (await herdctl(["token", "show"], where)).stdout.trim();
  const client = createFleetClient({ url, token });
  const leave = new AbortController();
  const seen: string[] = [];
  const events = (async () => {
    for await (const event of client.streamEvents({ signal: leave.signal })) {
      seen.push(event.type);
    }
  })();
  await using near = startHerdctl(["logs", "-f"], where);
  await using far = startHerdctl(["logs", "-f"], {
    cwd: "/",
    env: { ...fleet.env, HERDCTL_URL: url, HERDCTL_TOKEN: token },
  });
  await Promise.all([near.shows("fleet started"), far.shows("fleet started")]);
  const job = await client.trigger("clerk", undefined, { promptOverride: done });
  await Promise.all([near.shows("All done."), far.shows("All done.")]);
  await client.waitForJob(job.id);
  await expect.poll(() => seen).toContain("job:completed");
  expect(seen).toEqual(expect.arrayContaining(["job:created", "agent:started", "job:completed"]));
  leave.abort();
  await events;
  client.close();
});

test("two that watch see what a third pauses and switches off", async () => {
  await using fleet = await createTestFleet({
    agents: {
      clerk: { ...agents.clerk, schedules: { yearly: { type: "cron", cron: "0 6 1 1 *" } } },
    },
  });
  const where = { cwd: fleet.dir, env: fleet.env };
  await using daemon = startHerdctl(["start", "--web", "--port", "0"], where);
  const url = await urlOf(daemon);
  const token = (await herdctl(["token", "show"], where)).stdout.trim();
  await using near = startOnTerminal(["watch"], where);
  await using far = startOnTerminal(["watch"], {
    cwd: "/",
    env: { ...fleet.env, HERDCTL_URL: url, HERDCTL_TOKEN: token },
  });
  const watchers = [near, far];
  await Promise.all(watchers.map((watch) => watch.shows("yearly")));

  await herdctl(["pause", "clerk"], where);
  await Promise.all(watchers.map((watch) => watch.shows(/clerk +idle, paused/)));
  await daemon.shows("clerk  paused");
  await herdctl(["schedule", "disable", "clerk", "yearly"], where);
  await daemon.shows("schedule yearly disabled");
  for (const { screen } of watchers) {
    await expect.poll(() => screen.text).not.toContain("yearly");
  }
  await herdctl(["resume", "clerk"], where);
  await daemon.shows("clerk  resumed");
  for (const { screen } of watchers) {
    await expect.poll(() => screen.text).not.toContain("paused");
  }
  await herdctl(["stop"], where);
});

test("where no daemon is on the network, nobody is told to start one here", async () => {
  const options = { cwd: "/", env: { PATH: process.env["PATH"] ?? "", HERDCTL_TOKEN: "x" } };
  const { exitCode, stderr } = await herdctl(["status", "--url", "http://fleet.invalid"], options);
  expect(exitCode).toBe(1);
  expect(stderr).toBe("error: http://fleet.invalid/ cannot be reached: there is no such name.\n");
});

test("tokens that several ask for at once are made once, and each is told one that opens", async () => {
  await using fleet = await createTestFleet({ agents });
  const where = { cwd: fleet.dir, env: fleet.env };
  const ask = async (...words: readonly string[]): Promise<string> =>
    (await herdctl(["token", ...words], where)).stdout.trim();
  await herdctl(["jobs"], where);
  const shown = await Promise.all(Array.from({ length: 4 }, () => ask("show")));
  expect(new Set(shown)).toEqual(new Set([await ask("show")]));
  const old = await ask("show", "--read-only");
  const rotated = await Promise.all([ask("rotate"), ask("rotate"), ask("rotate", "--read-only")]);
  expect(rotated.slice(0, 2)).toContain(await ask("show"));
  expect(rotated[2]).toBe(await ask("show", "--read-only"));
  expect(shown).not.toContain(await ask("show"));
  expect(rotated[2]).not.toBe(old);
});
