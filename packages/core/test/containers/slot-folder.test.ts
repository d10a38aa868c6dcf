import { existsSync } from "node:fs";
import { lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  enterSlot,
  leaveSlot,
  slotFolders,
  type SlotOfJob,
} from "../../src/runner/runtime/container/slot-folder.ts";

let stateDir: string;
let job: SlotOfJob;
let home: string;
let inSlot: string;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "herdctl-slot-"));
  job = { stateDir, agentName: "team.a", slot: 2, jobId: "job-1" };
  home = join(stateDir, "jobs", job.jobId);
  inSlot = join(slotFolders(job).jobs, job.jobId);
  await mkdir(join(home, "files"), { recursive: true });
  await mkdir(join(home, "approvals", "requests"), { recursive: true });
  await writeFile(join(home, "files", "sent.txt"), "sent");
  await writeFile(join(home, "approvals", "requests", "old.request"), "old");
  await mkdir(join(home, "1"));
  await writeFile(join(home, "1", "prompt"), "Go.");
});

afterEach(() => rm(stateDir, { recursive: true, force: true }));

async function expectHome(): Promise<void> {
  expect((await lstat(home)).isDirectory()).toBe(true);
  expect(await readFile(join(home, "1", "prompt"), "utf8")).toBe("Go.");
  expect((await lstat(join(home, "files"))).isDirectory()).toBe(true);
  expect(await readFile(join(home, "files", "sent.txt"), "utf8")).toBe("sent");
  expect(await readdir(slotFolders(job).jobs)).toEqual([]);
}

describe("the folder of a job in a slot", () => {
  it("is read at its old place, and goes back there", async () => {
    await enterSlot(job);
    expect(await readFile(join(home, "1", "prompt"), "utf8")).toBe("Go.");
    await writeFile(join(home, "files", "more.txt"), "more");
    await leaveSlot(job);
    await expectHome();
    expect(existsSync(join(home, "files", "more.txt"))).toBe(true);
  });

  it("has nothing of what was sent in it, nor of what others have asked", async () => {
    const { requests } = slotFolders(job);
    await mkdir(requests, { recursive: true });
    await writeFile(join(requests, "other.request"), "x");
    await enterSlot(job);
    expect(await readdir(join(home, "approvals", "requests"))).toEqual([]);
    expect((await lstat(join(inSlot, "files"))).isSymbolicLink()).toBe(true);
    await writeFile(join(home, "approvals", "requests", "own.request"), "x");
    expect(await readdir(requests)).toEqual(["own.request"]);
  });

  it("is made where there was none", async () => {
    await rm(home, { recursive: true });
    await enterSlot(job);
    await mkdir(join(home, "1"));
    await leaveSlot(job);
    expect((await readdir(home)).toSorted()).toEqual(["1", "approvals", "files"]);
  });

  it("goes from one slot to another", async () => {
    await enterSlot(job);
    await leaveSlot(job);
    await enterSlot({ ...job, slot: 1 });
    await leaveSlot({ ...job, slot: 1 });
    await expectHome();
  });
});

describe("after a crash", () => {
  it.each([
    ["before anything was linked", async () => rename(home, inSlot)],
    [
      "before what was sent was linked",
      async () => {
        await rename(home, inSlot);
        const aside = join(stateDir, "docker-warm", "team.a", "files", job.jobId);
        await mkdir(join(aside, ".."), { recursive: true });
        await rename(join(inSlot, "files"), aside);
      },
    ],
    [
      "on the way back",
      async () => {
        await enterSlot(job);
        await rm(join(inSlot, "approvals", "requests"));
        await rm(home);
      },
    ],
    [
      "after the way back",
      async () => {
        await enterSlot(job);
        await leaveSlot(job);
      },
    ],
  ])("%s, the folder is brought back whole", async (_when, crash) => {
    await mkdir(slotFolders(job).jobs, { recursive: true });
    await crash();
    await leaveSlot(job);
    await expectHome();
  });
});
