import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { createJob } from "../../src/state/job-metadata.ts";
import { StateManager } from "../../src/state/manager.ts";
import { startChild } from "../child.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { openState } from "./open-state.ts";

test("creates the directory and its folders for this user alone", async () => {
  const state = await openState({ stateDir: join(await temporaryFolder(), "deep/er/state") });
  for (const folder of [state.stateDir, state.jobsDir, state.dockerSessionsDir]) {
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  }
  expect(state.dockerSessionsDir).toBe(join(state.stateDir, "docker-sessions"));
});

test("what it keeps is for this user alone, also where the directory is not", async () => {
  const state = await openState();
  await state.acquireLock();
  await createJob(state, { agentName: "writer", prompt: "go", workingDirectory: "/work" });
  const files = ["herdctl.db", "herdctl.db-wal", "herdctl.db-shm", "lock.db", "owner.json"];
  for (const file of files) {
    expect([file, (await stat(join(state.stateDir, file))).mode & 0o777]).toEqual([file, 0o600]);
  }
});

test("takes a relative directory and keeps what it holds", async () => {
  const state = await openState();
  const { id } = await createJob(state, {
    agentName: "writer",
    prompt: "go",
    workingDirectory: "/work",
  });
  await state.close();
  const again = await openState({ stateDir: state.stateDir });
  expect(again.store.jobs.get(id)?.prompt).toBe("go");
});

test.each(["itself", "a parent"])("says so when %s is a file", async (which) => {
  const file = join(await temporaryFolder(), "file");
  await writeFile(file, "");
  const stateDir = which === "itself" ? file : join(file, "state");
  const opening = StateManager.open({ stateDir });
  await expect(opening).rejects.toMatchObject({
    code: "STATE_DIR",
    message: expect.stringContaining("is a file"),
    stateDir,
  });
  await expect(StateManager.open({ stateDir, readOnly: true })).rejects.toMatchObject({
    code: "STATE_DIR",
  });
});

test("says so when the store is not a database", async () => {
  const stateDir = await temporaryFolder();
  await writeFile(join(stateDir, "herdctl.db"), "not a database at all ".repeat(100));
  for (const readOnly of [false, true]) {
    await expect(StateManager.open({ stateDir, readOnly })).rejects.toMatchObject({
      code: "STATE_DIR",
      message: expect.stringContaining("damaged"),
    });
  }
});

test("refuses a store that a newer version wrote, and leaves it as it is", async () => {
  const state = await openState();
  await state.close();
  const database = new DatabaseSync(join(state.stateDir, "herdctl.db"));
  database.exec("PRAGMA user_version = 99");
  database.close();
  for (const readOnly of [false, true]) {
    const opening = StateManager.open({ stateDir: state.stateDir, readOnly });
    await expect(opening).rejects.toMatchObject({
      code: "STORE_TOO_NEW",
      message: expect.stringContaining("version 99"),
    });
  }
});

test("two that open a new directory at once both get the same store", async () => {
  const stateDir = join(await temporaryFolder(), "state");
  const states = await Promise.all(Array.from({ length: 4 }, () => openState({ stateDir })));
  const [first, , , last] = states;
  if (!first || !last) throw new Error("not opened");
  const job = await createJob(first, { agentName: "a", prompt: "p", workingDirectory: "/w" });
  expect(last.store.jobs.get(job.id)).toEqual(job);
});

test("says at once when the file system cannot hold it", async () => {
  await expect(StateManager.open({ stateDir: "/proc/herdctl/state" })).rejects.toMatchObject({
    code: "STATE_DIR",
  });
});

test("read-only changes nothing on disk and refuses commands", async () => {
  const stateDir = await temporaryFolder();
  const state = await openState({ stateDir, readOnly: true });
  expect(state.store.jobs.list({}).jobs).toEqual([]);
  expect(state.lockOwner()).toBeUndefined();
  await expect(
    createJob(state, { agentName: "a", prompt: "p", workingDirectory: "/w" }),
  ).rejects.toMatchObject({ code: "STATE_DIR", message: expect.stringContaining("reading only") });
  expect(await readdir(stateDir)).toEqual([]);
});

test("read-only sees what a running fleet writes", async () => {
  const state = await openState();
  const reader = await openState({ stateDir: state.stateDir, readOnly: true });
  const version = reader.store.dataVersion();
  const { id } = await createJob(state, { agentName: "a", prompt: "p", workingDirectory: "/w" });
  expect(reader.store.jobs.get(id)).toBeDefined();
  expect(reader.store.dataVersion()).not.toBe(version);
});

test("read-only needs a directory", async () => {
  const stateDir = join(await temporaryFolder(), "none");
  await expect(StateManager.open({ stateDir, readOnly: true })).rejects.toMatchObject({
    code: "STATE_DIR",
    message: expect.stringContaining("no such directory"),
  });
});

test("one fleet holds the lock; another is told who", async () => {
  const state = await openState();
  expect(state.lockOwner()).toBeUndefined();
  await state.acquireLock({ socketPath: state.socketPath });
  const owner = {
    pid: process.pid,
    host: hostname(),
    startedAt: expect.any(String),
    socketPath: join(state.stateDir, "herdctl.sock"),
  };
  expect(state.lockOwner()).toEqual(owner);
  const other = await openState({ stateDir: state.stateDir });
  await expect(other.acquireLock()).rejects.toMatchObject({
    code: "STATE_LOCKED",
    owner,
    message: expect.stringContaining(`process ${process.pid}`),
  });
  await state.releaseLock();
  await state.releaseLock();
  expect(other.lockOwner()).toBeUndefined();
  await other.acquireLock();
  expect(other.lockOwner()).not.toHaveProperty("socketPath");
});

test("who locks without having said who it is, is still known to hold the lock", async () => {
  const state = await openState();
  const database = new DatabaseSync(join(state.stateDir, "lock.db"));
  database.exec("BEGIN EXCLUSIVE");
  expect(state.lockOwner()).toEqual({ pid: 0, startedAt: "", host: hostname() });
  await expect(state.acquireLock()).rejects.toThrow(/another process/);
  database.close();
  expect(state.lockOwner()).toBeUndefined();
});

test("asking who holds the lock never keeps a fleet from taking it", async () => {
  const state = await openState();
  const other = await openState({ stateDir: state.stateDir });
  for (let round = 0; round < 20; round++) {
    const taking = state.acquireLock();
    for (let ask = 0; ask < 10; ask++) other.lockOwner();
    await taking;
    await state.releaseLock();
  }
});

test("a crash gives the lock back", async () => {
  const state = await openState();
  const child = startChild("state/children/hold-lock.ts", { args: [state.stateDir] });
  expect(await child.next()).toBe("locked");
  expect(state.lockOwner()?.pid).toBe(child.process.pid);
  await expect(state.acquireLock()).rejects.toMatchObject({ code: "STATE_LOCKED" });
  await child.kill();
  await state.acquireLock();
  expect(state.lockOwner()?.pid).toBe(process.pid);
});

test("everything the holder of the lock does in its directory leaves it locked", async () => {
  const state = await openState();
  await state.acquireLock();
  const other = await openState({ stateDir: state.stateDir });
  const reader = await openState({ stateDir: state.stateDir, readOnly: true });
  other.lockOwner();
  await reader.close();
  await other.close();
  const child = startChild("state/children/hold-lock.ts", { args: [state.stateDir] });
  expect(await child.next()).toBe("refused");
  expect(state.lockOwner()?.pid).toBe(process.pid);
});

test("says so when the lock cannot be opened", async () => {
  const state = await openState();
  await mkdir(join(state.stateDir, "lock.db"));
  await expect(state.acquireLock()).rejects.toMatchObject({ code: "STATE_DIR" });
  expect(() => state.lockOwner()).toThrow(/Check the disk/);
});

test("closing gives the lock back", async () => {
  const state = await openState();
  await state.acquireLock();
  await state.close();
  const other = await openState({ stateDir: state.stateDir });
  await other.acquireLock();
});

test("a lock that cannot offer its socket is given back", async () => {
  const runtimeDir = await temporaryFolder();
  await mkdir(join(runtimeDir, "herdctl"), { mode: 0o755 });
  const stateDir = join(await temporaryFolder(), "x".repeat(100));
  const state = await openState({ stateDir, env: { XDG_RUNTIME_DIR: runtimeDir } });
  const { socketPath } = state;
  await expect(state.acquireLock({ socketPath })).rejects.toMatchObject({
    code: "STATE_DIR",
    message: expect.stringContaining("private folder"),
  });
  expect(state.lockOwner()).toBeUndefined();
});
