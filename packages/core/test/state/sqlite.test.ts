import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { Connection, numberOf, textOf } from "../../src/state/sqlite/connection.ts";
import { migrate, migrations } from "../../src/state/sqlite/migrations.ts";
import { createStore } from "../../src/state/sqlite/open-store.ts";
import { WriteQueue } from "../../src/state/sqlite/write-queue.ts";
import { lease, newJob } from "./conformance/setup.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { openState } from "./open-state.ts";

async function temporaryConnection(): Promise<Connection> {
  const stateDir = await temporaryFolder();
  const connection = new Connection(new DatabaseSync(join(stateDir, "herdctl.db")), stateDir);
  onTestFinished(() => connection.close());
  connection.script("PRAGMA journal_mode = WAL");
  return connection;
}

test("the commands of one turn of the event loop are one transaction", async () => {
  const connection = await temporaryConnection();
  await migrate(connection);
  const queue = new WriteQueue(connection);
  const { jobs } = createStore(connection, queue, systemClock);
  await Promise.all(Array.from({ length: 500 }, () => jobs.enqueue(newJob())));
  expect(queue.commits).toBe(1);
  await jobs.enqueue(newJob());
  expect(queue.commits).toBe(2);
});

test("nothing is resolved before it is on disk for everybody", async () => {
  const state = await openState();
  const other = await openState({ stateDir: state.stateDir });
  const job = await state.store.jobs.enqueue(newJob());
  expect(other.store.jobs.get(job?.id ?? "")).toEqual(job);
});

test("waits for another process that is writing, without blocking the event loop", async () => {
  const state = await openState();
  const blocker = new DatabaseSync(join(state.stateDir, "herdctl.db"));
  onTestFinished(() => blocker.close());
  blocker.exec("BEGIN IMMEDIATE");
  const writing = state.store.jobs.enqueue(newJob());
  let turns = 0;
  while (turns < 20) {
    await new Promise(setImmediate);
    turns += 1;
  }
  expect(state.store.jobs.list({}).jobs).toEqual([]);
  blocker.exec("ROLLBACK");
  expect((await writing)?.status).toBe("queued");
});

test("a store that stays locked is told to every caller, and works again afterwards", async () => {
  const connection = await temporaryConnection();
  await migrate(connection);
  const queue = new WriteQueue(connection, { busyDeadline: 20 });
  const { jobs } = createStore(connection, queue, systemClock);
  const blocker = new DatabaseSync(join(connection.stateDir, "herdctl.db"));
  onTestFinished(() => blocker.close());
  blocker.exec("BEGIN IMMEDIATE");
  const both = await Promise.allSettled([jobs.enqueue(newJob()), jobs.enqueue(newJob())]);
  for (const result of both) {
    expect(result).toMatchObject({ status: "rejected", reason: { code: "STATE_DIR" } });
  }
  blocker.exec("ROLLBACK");
  expect(await jobs.enqueue(newJob())).toBeDefined();
});

test("a store is durable, in WAL mode and gives space back", async () => {
  const state = await openState();
  await state.close();
  const database = new DatabaseSync(join(state.stateDir, "herdctl.db"));
  onTestFinished(() => database.close());
  expect(database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
  expect(database.prepare("PRAGMA auto_vacuum").get()).toEqual({ auto_vacuum: 2 });
  expect(database.prepare("PRAGMA user_version").get()).toEqual({
    user_version: migrations.length,
  });
});

test("an upgrade backs the store up first and keeps its data", async () => {
  const connection = await temporaryConnection();
  await migrate(connection);
  const { jobs } = createStore(connection, new WriteQueue(connection), systemClock);
  const job = await jobs.enqueue(newJob());
  const scripts = [...migrations, "ALTER TABLE jobs ADD COLUMN colour TEXT DEFAULT 'blue'"];
  await migrate(connection, scripts);
  await migrate(connection, scripts);
  const row = connection.get("SELECT id, colour FROM jobs");
  expect(row).toEqual({ id: job?.id, colour: "blue" });
  const files = await readdir(connection.stateDir);
  expect(files).toContain(`herdctl.backup-v${migrations.length}.db`);
  const backup = join(connection.stateDir, `herdctl.backup-v${migrations.length}.db`);
  expect((await stat(backup)).mode & 0o777).toBe(0o600);
  const copy = new DatabaseSync(backup);
  onTestFinished(() => copy.close());
  expect(copy.prepare("SELECT id FROM jobs").get()).toEqual({ id: job?.id });
  expect(copy.prepare("PRAGMA user_version").get()).toEqual({ user_version: migrations.length });
});

test("an upgrade that fails changes nothing", async () => {
  const connection = await temporaryConnection();
  await migrate(connection);
  const scripts = [...migrations, "CREATE TABLE extra (x); SELECT nonsense"];
  await expect(migrate(connection, scripts)).rejects.toThrow(/nonsense/);
  expect(numberOf(connection.get("PRAGMA user_version"), "user_version")).toBe(migrations.length);
  expect(connection.get("SELECT 1 FROM sqlite_schema WHERE name = 'extra'")).toBeUndefined();
});

test("an old store is not read without an upgrade", async () => {
  const state = await openState();
  await state.close();
  const database = new DatabaseSync(join(state.stateDir, "herdctl.db"));
  database.exec("PRAGMA user_version = 0");
  database.close();
  await expect(openState({ stateDir: state.stateDir, readOnly: true })).rejects.toMatchObject({
    code: "STATE_DIR",
    message: expect.stringContaining("older herdctl"),
  });
});

test("each question that a fleet asks often is answered by an index", async () => {
  const connection = await temporaryConnection();
  await migrate(connection);
  const plan = (sql: string): string =>
    connection
      .all(`EXPLAIN QUERY PLAN ${sql}`)
      .map((row) => textOf(row, "detail"))
      .join("; ");
  const newest = "ORDER BY seq DESC LIMIT 20";
  const plans = [
    plan(`SELECT seq, doc FROM jobs WHERE agent = 'a' ${newest}`),
    plan(`SELECT seq, doc FROM jobs WHERE status = 'running' ${newest}`),
    plan(`SELECT seq, doc FROM jobs WHERE agent = 'a' AND status = 'failed' ${newest}`),
    plan(
      "SELECT seq, doc FROM jobs INDEXED BY jobs_queue WHERE status = 'queued' ORDER BY priority DESC, seq",
    ),
    plan(
      "SELECT id FROM jobs INDEXED BY jobs_agent_queue WHERE status = 'queued' AND agent = 'a' ORDER BY priority DESC, seq LIMIT 1",
    ),
    plan("SELECT seq FROM jobs WHERE agent = 'a' AND finished_ms IS NOT NULL ORDER BY seq LIMIT 9"),
  ];
  for (const text of plans) {
    expect(text).toMatch(/USING (COVERING )?INDEX/);
    expect(text).not.toContain("TEMP B-TREE");
  }
});

test("a column that holds something else is a mistake of the program", () => {
  expect(() => textOf({ doc: 1 }, "doc")).toThrow(/doc/);
  expect(() => numberOf(undefined, "n")).toThrow(/n/);
});

test("what admission costs depends on the room, not on the queue", async () => {
  const { store } = await openState();
  for (let batch = 0; batch < 5; batch++) {
    await Promise.all(Array.from({ length: 2_000 }, () => store.jobs.enqueue(newJob())));
  }
  const request = { ...lease, perAgent: { writer: 1 } };
  await store.jobs.admit(request);
  const began = performance.now();
  for (let round = 0; round < 20; round++) await store.jobs.admit(request);
  expect((performance.now() - began) / 20).toBeLessThan(20);
});

test("removing history gives its space back to the disk", async () => {
  const connection = await temporaryConnection();
  connection.script("PRAGMA auto_vacuum = INCREMENTAL; VACUUM");
  await migrate(connection);
  const { jobs } = createStore(connection, new WriteQueue(connection), systemClock);
  const pages = (): number => numberOf(connection.get("PRAGMA page_count"), "page_count");
  for (let index = 0; index < 50; index++) {
    const job = await jobs.enqueue(newJob({ prompt: "x".repeat(20_000) }));
    await jobs.requestCancel(job?.id ?? "", "user");
  }
  const before = pages();
  await jobs.prune({ perAgent: 0 });
  expect(pages()).toBeLessThan(before / 2);
});
