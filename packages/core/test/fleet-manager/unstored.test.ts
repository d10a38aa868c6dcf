import { once } from "node:events";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createTestFleet, ManualClock, script, type TestFleet } from "@herdctl/testing";
import { expect, it } from "vitest";
import type { FleetManager } from "../../src/fleet-manager/fleet-manager.ts";
import { silentLogger } from "../../src/logger.ts";

const overloaded = { times: "always", headers: { "x-should-retry": "false" } } as const;
function stage(scripts: Parameters<typeof createTestFleet>[0]["scripts"] = {}) {
  return createTestFleet({
    agents: { a: { default_prompt: "x", retry: { max_attempts: 2, backoff: "1h" } } },
    scripts,
  });
}

/** A daemon whose time stands still, and what it complains about. */
interface Daemon {
  readonly clock: ManualClock;
  readonly problems: readonly string[];
  readonly fleet: FleetManager;
}

async function start(test: TestFleet): Promise<Daemon> {
  const clock = new ManualClock(Date.now());
  const problems: string[] = [];
  const logger = { ...silentLogger, error: (message: string) => void problems.push(message) };
  const fleet = test.manager({ clock, logger });
  await fleet.initialize();
  await fleet.start();
  return { clock, problems, fleet };
}

/** The id of a job whose end could not be stored before there was room again. */
async function runWithoutRoom({ stateDir }: TestFleet, daemon: Daemon): Promise<string> {
  const { fleet, problems, clock } = daemon;
  using _refusal = refuseEnds(stateDir);
  const { id } = await fleet.trigger("a");
  await expect.poll(() => problems).toContainEqual(expect.stringMatching(/no room/));
  await givenUp(fleet, id, clock);
  expect(fleet.getJob(id).status).toBe("running");
  return id;
}

/** Refuses to let a job leave its attempt, as a full disk would. */
function refuseEnds(stateDir: string): Disposable {
  const database = new DatabaseSync(join(stateDir, "herdctl.db"), { timeout: 30_000 });
  database.exec(`CREATE TRIGGER refuse_ends BEFORE UPDATE ON jobs
    WHEN OLD.status = 'running' AND NEW.status <> 'running'
    BEGIN SELECT RAISE(ABORT, 'no room'); END`);
  return {
    [Symbol.dispose]() {
      database.exec("DROP TRIGGER refuse_ends");
      database.close();
    },
  };
}

/** Resolves when nobody tries at once any more. */
async function givenUp(fleet: FleetManager, id: string, clock: ManualClock): Promise<void> {
  let answer: unknown;
  void fleet.waitForJob(id).catch((error: unknown) => {
    answer = error;
  });
  await expect
    .poll(async () => {
      await clock.advance(1_000);
      return answer;
    })
    .toMatchObject({ code: "STATE_DIR" });
}

it("stores the end of a job once there is room again", async () => {
  await using test = await stage({ a: script().text("done") });
  const daemon = await start(test);
  const { fleet, clock } = daemon;
  const completed = once(fleet, "job:completed");
  const id = await runWithoutRoom(test, daemon);
  await clock.advance(15_000);
  await completed;
  expect(fleet.getJob(id)).toMatchObject({ status: "completed", result: { summary: "done" } });
  expect(await fleet.waitForJob(id)).toMatchObject({ status: "completed" });
});

it("stores what a stopped daemon could not, before it goes", async () => {
  await using test = await stage({ a: script().text("done") });
  const daemon = await start(test);
  const id = await runWithoutRoom(test, daemon);
  await daemon.fleet.stop();
  expect(daemon.fleet.getJob(id)).toMatchObject({ status: "completed" });
});

it("wakes a job whose wait could be stored only later", async () => {
  await using test = await stage({ a: script().error(529, overloaded) });
  const daemon = await start(test);
  const { fleet, clock } = daemon;
  const waiting = once(fleet, "job:waiting");
  const id = await runWithoutRoom(test, daemon);
  await clock.advance(15_000);
  await waiting;
  expect(fleet.getJob(id)).toMatchObject({ status: "waiting", waitingFor: "retry" });
  const failed = once(fleet, "job:failed");
  for (let passed = 0; passed <= 3_600; passed += 30) await clock.advance(30_000);
  await failed;
  expect(fleet.getJob(id)).toMatchObject({ status: "failed", attempt: 2 });
});

it("outlives a store that cannot be read for a while", async () => {
  await using test = await stage({ a: script().text("done") });
  const { fleet, clock, problems } = await start(test);
  const database = new DatabaseSync(join(test.stateDir, "herdctl.db"), { timeout: 30_000 });
  for (const name of ["jobs", "approvals"])
    database.exec(`ALTER TABLE ${name} RENAME TO no_${name}`);
  const unread = expect.stringMatching(/cannot look what has changed/);
  await expect.poll(() => problems).toContainEqual(unread);
  await clock.advance(15_000);
  expect(problems).toContainEqual(expect.stringMatching(/cannot look for abandoned jobs/));
  for (const name of ["jobs", "approvals"])
    database.exec(`ALTER TABLE no_${name} RENAME TO ${name}`);
  database.close();
  const { id } = await fleet.trigger("a");
  expect(await fleet.waitForJob(id)).toMatchObject({ status: "completed" });
});
