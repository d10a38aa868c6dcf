import { appendFile, mkdtemp, readdir, readFile, rename, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { FleetLog } from "../../src/fleet-manager/logs/fleet-log.ts";
import { followLog } from "../../src/fleet-manager/logs/follow-log.ts";
import { LogFile } from "../../src/fleet-manager/logs/log-file.ts";
import type { LogEntry, LogStreamOptions } from "../../src/fleet-manager/types.ts";
import { silentLogger } from "../../src/logger.ts";
import { createRedactor } from "../../src/redact.ts";
import { temporaryFolder } from "../temporary-folder.ts";

function entry(message: string, fields: Partial<LogEntry> = {}): LogEntry {
  return { timestamp: new Date(), level: "info", source: "fleet", message, ...fields };
}

const lost = { onLost: () => undefined };

async function history(folder: string, options: LogStreamOptions = {}): Promise<string[]> {
  const read: string[] = [];
  for await (const { message } of followLog(folder, { ...options, follow: false })) {
    read.push(message);
  }
  return read;
}

function numbered(count: number, from = 1): string[] {
  return Array.from({ length: count }, (_, index) => `entry ${from + index}`);
}

describe("the log file", () => {
  it("goes on after its last whole line, over restarts and torn ends", async () => {
    const folder = await temporaryFolder();
    const first = await LogFile.open({ folder, ...lost });
    for (const message of numbered(3)) first.append(entry(message));
    await first.close();
    await appendFile(join(folder, "daemon.jsonl"), '{"seq":4,"mess');
    const second = await LogFile.open({ folder, ...lost });
    expect(second.append(entry("entry 4")).seq).toBe(4);
    await second.close();
    expect(await history(folder)).toEqual(numbered(4));
  });

  it("is archived by size and keeps a bounded number of files", async () => {
    const folder = await temporaryFolder();
    const file = await LogFile.open({ folder, maxBytes: 500, maxFiles: 3, ...lost });
    for (const message of numbered(40)) {
      file.append(entry(message));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await file.close();
    expect(await readdir(folder)).toHaveLength(3);
    const kept = await history(folder);
    expect(kept).toEqual(numbered(40).slice(-kept.length));
    expect(kept.length).toBeGreaterThan(5);

    const next = await LogFile.open({ folder, maxBytes: 500, maxFiles: 3, ...lost });
    expect(next.append(entry("entry 41")).seq).toBe(41);
    await next.close();
    expect((await history(folder)).at(-1)).toBe("entry 41");
  });

  it("goes on where a crash has renamed the file and not begun another", async () => {
    const folder = await temporaryFolder();
    const first = await LogFile.open({ folder, ...lost });
    for (const message of numbered(3)) first.append(entry(message));
    await first.close();
    await rename(join(folder, "daemon.jsonl"), join(folder, "daemon-000000000001.jsonl"));
    const second = await LogFile.open({ folder, ...lost });
    expect(second.append(entry("entry 4")).seq).toBe(4);
    await second.close();
    expect(await history(folder)).toEqual(numbered(4));
  });

  it("forgets what is old, by whole files", async () => {
    const folder = await temporaryFolder();
    const file = await LogFile.open({ folder, ...lost });
    file.append(entry("old", { timestamp: new Date(0) }));
    await expect.poll(() => history(folder)).toEqual(["old"]);
    await file.forget(1_000);
    file.append(entry("new"));
    await file.close();
    const [archive = ""] = (await readdir(folder)).filter((name) => name !== "daemon.jsonl");
    expect(await history(folder)).toEqual(["old", "new"]);
    await utimes(join(folder, archive), 0, 0);
    await file.forget(1_000);
    expect(await history(folder)).toEqual(["new"]);
  });

  it("tells what it could not write, and writes again once the disk does", async () => {
    const folder = await temporaryFolder();
    const failures: unknown[] = [];
    const missed: string[] = [];
    const file = await LogFile.open({
      folder,
      maxBytes: 1,
      onLost: (entries, error) => {
        missed.push(...entries.map(({ message }) => message));
        if (error !== undefined) failures.push(error);
      },
    });
    file.append(entry("entry 1"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await rm(folder, { recursive: true });
    for (const message of ["entry 2", "entry 3"]) {
      file.append(entry(message));
      await expect.poll(() => missed).toContain(message);
    }
    await file.close();
    expect(failures).toHaveLength(1);
  });
});

describe("reading the log", () => {
  it("begins at a place, or so many entries before the end, over all files", async () => {
    const folder = await temporaryFolder();
    for (let first = 1; first <= 60; first += 6) {
      const file = await LogFile.open({ folder, maxBytes: 1_000, maxFiles: 100, ...lost });
      for (const [index, message] of numbered(6, first).entries()) {
        file.append(entry(message, index % 2 === 0 ? { agentName: "odd" } : {}));
      }
      await file.close();
    }
    expect((await readdir(folder)).length).toBeGreaterThan(5);
    expect(await history(folder)).toEqual(numbered(60));
    expect(await history(folder, { fromSeq: 42 })).toEqual(numbered(19, 42));
    expect(await history(folder, { fromSeq: 100 })).toEqual([]);
    expect(await history(folder, { tail: 7 })).toEqual(numbered(7, 54));
    expect(await history(folder, { tail: 0 })).toEqual([]);
    expect(await history(folder, { tail: 100 })).toEqual(numbered(60));
    expect(await history(folder, { tail: 3, agentName: "odd" })).toEqual([
      "entry 55",
      "entry 57",
      "entry 59",
    ]);
  });

  it("selects by level, agent and job", async () => {
    const folder = await temporaryFolder();
    const file = await LogFile.open({ folder, ...lost });
    file.append(entry("detail", { level: "debug", agentName: "a" }));
    file.append(entry("said", { agentName: "a", jobId: "job-1" }));
    file.append(entry("wrong", { level: "error", agentName: "b", jobId: "job-2" }));
    await file.close();
    expect(await history(folder)).toEqual(["said", "wrong"]);
    expect(await history(folder, { level: "debug" })).toHaveLength(3);
    expect(await history(folder, { level: "error" })).toEqual(["wrong"]);
    expect(await history(folder, { agentName: "a" })).toEqual(["said"]);
    expect(await history(folder, { jobId: "job-2" })).toEqual(["wrong"]);
  });

  it("of a state directory without a log finds nothing", async () => {
    expect(await history(join(await temporaryFolder(), "missing"), { tail: 5 })).toEqual([]);
  });

  it("skips lines that are none", async () => {
    const folder = await temporaryFolder();
    await appendFile(join(folder, "daemon.jsonl"), "null\nnot json\n{}\n");
    const file = await LogFile.open({ folder, ...lost });
    file.append(entry("entry 1"));
    await file.close();
    expect(await history(folder)).toEqual(["entry 1"]);
  });

  it("never misses or repeats an entry, however it is archived while it is read", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 60, max: 900 }),
        async (bursts, maxBytes) => {
          const folder = await mkdtemp(join(tmpdir(), "herdctl-log-"));
          const total = bursts.reduce((sum, burst) => sum + burst, 0);
          const file = await LogFile.open({ folder, maxBytes, maxFiles: 1_000, ...lost });
          const reading = (async () => {
            const read: string[] = [];
            for await (const { message } of followLog(folder, {})) {
              read.push(message);
              if (read.length === total) break;
            }
            return read;
          })();
          let next = 1;
          for (const burst of bursts) {
            for (const message of numbered(burst, next)) file.append(entry(message));
            next += burst;
            await new Promise(setImmediate);
          }
          expect(await reading).toEqual(numbered(total));
          await file.close();
          await rm(folder, { recursive: true });
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe("the fleet's log", () => {
  async function fleetLog(): Promise<{ log: FleetLog; stateDir: string }> {
    const stateDir = await temporaryFolder();
    const options = { logger: silentLogger, clock: systemClock, onEntry: () => undefined };
    return { log: new FleetLog({ ...options, stateDir }), stateDir };
  }

  it("streams what was said before the file was open once, and ends with the fleet", async () => {
    const { log, stateDir } = await fleetLog();
    log.info("entry 1");
    const early = log.stream({});
    expect((await early.next()).value).toMatchObject({ message: "entry 1" });
    await log.open();
    log.info("entry 2");
    const late = log.stream({});
    expect((await late.next()).value).toMatchObject({ message: "entry 1", seq: 1 });
    await log.close();
    expect((await early.next()).value).toMatchObject({ message: "entry 2" });
    expect((await late.next()).value).toMatchObject({ message: "entry 2", seq: 2 });
    expect((await early.next()).done).toBe(true);
    expect((await late.next()).done).toBe(true);
    expect(await history(join(stateDir, "logs"))).toEqual(numbered(2));
  });

  it("has everything that was said in its history, however short ago", async () => {
    const { log } = await fleetLog();
    await log.open();
    for (const message of numbered(100)) log.info(message);
    const read: string[] = [];
    for await (const { message } of log.stream({ follow: false })) read.push(message);
    expect(read).toEqual(numbered(100));
    await log.close();
  });

  it("is masked in its file", async () => {
    const { log, stateDir } = await fleetLog();
    log.redactor = createRedactor(["sesame"]);
    await log.open();
    log.warn("the word is sesame");
    await log.close();
    const text = await readFile(join(stateDir, "logs", "daemon.jsonl"), "utf8");
    expect(text).toContain("the word is [secret]");
  });

  it("goes on in memory where it cannot be written", async () => {
    const { log, stateDir } = await fleetLog();
    await appendFile(join(stateDir, "logs"), "a file where the folder should be");
    await log.open();
    log.info("said nevertheless");
    const stream = log.stream({});
    expect((await stream.next()).value).toMatchObject({ level: "error" });
    expect((await stream.next()).value).toMatchObject({ message: "said nevertheless" });
    await log.close();
    expect((await stream.next()).done).toBe(true);
  });

  it("ends a stream with its signal, and costs a slow reader only the oldest entries", async () => {
    const { log } = await fleetLog();
    const leaving = new AbortController();
    const stream = log.stream({ signal: leaving.signal });
    log.info("first");
    expect((await stream.next()).value).toMatchObject({ message: "first" });
    for (const message of numbered(10_001)) log.info(message);
    expect((await stream.next()).value).toMatchObject({ message: "entry 2" });
    leaving.abort();
    expect((await stream.next()).done).toBe(true);
  });
});
