import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createJob } from "../../src/state/job-metadata.ts";
import { jobOutputFile, openJobOutput, readJobOutput } from "../../src/state/job-output.ts";
import { StateManager } from "../../src/state/manager.ts";
import { startChild } from "../child.ts";
import { cannotMount } from "./prerequisite.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const job = { agentName: "writer", prompt: "go", workingDirectory: "/work" } as const;

function mount(target: string, ...args: readonly string[]): void {
  execFileSync("mount", [...args, target]);
  onTestFinished(() => {
    execFileSync("umount", ["--lazy", target]);
  });
}

async function smallDisk(): Promise<string> {
  const folder = await temporaryFolder();
  mount(folder, "-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs");
  return folder;
}

async function readOnlyView(folder: string): Promise<string> {
  const view = await temporaryFolder();
  mount(view, "--bind", folder);
  execFileSync("mount", ["-o", "remount,ro,bind", view]);
  return view;
}

async function fill(folder: string): Promise<void> {
  const writing = writeFile(join(folder, "ballast"), Buffer.alloc(4 * 1024 * 1024));
  await expect(writing).rejects.toMatchObject({ code: "ENOSPC" });
}

describe("full disk (needs root: mounts a small tmpfs)", () => {
  test.skipIf(cannotMount)(
    "a job that cannot be stored is refused, nothing stored is lost, and it works again",
    async () => {
      const folder = await smallDisk();
      const state = await StateManager.open({ stateDir: folder });
      const kept = await createJob(state, job);
      await fill(folder);
      const prompt = "x".repeat(100_000);
      const results = await Promise.allSettled(
        Array.from({ length: 60 }, () => createJob(state, { ...job, prompt })),
      );
      for (const result of results) {
        expect(result).toMatchObject({
          status: "rejected",
          reason: { code: "STATE_DIR", message: expect.stringContaining("full") },
        });
      }
      expect(state.store.jobs.list({}).jobs).toEqual([kept]);
      execFileSync("rm", [join(folder, "ballast")]);
      const next = await createJob(state, job);
      expect(state.store.jobs.get(next.id)).toBeDefined();
      await state.close();
    },
  );

  test.skipIf(cannotMount)(
    "an output that cannot be written says so and keeps every whole line before",
    async () => {
      const folder = await smallDisk();
      await mkdir(join(folder, "jobs"));
      const file = jobOutputFile(folder, "job-1");
      const output = await openJobOutput({ file, attempt: 1 });
      output.append({ type: "assistant", text: "first" });
      await output.flush();
      const text = "x".repeat(1_000);
      let appended = 1;
      const overfill = async (): Promise<void> => {
        for (;;) {
          output.append({ type: "assistant", text });
          appended += 1;
          if (appended % 100 === 0) await output.drained();
        }
      };
      const full = { code: "STATE_DIR", message: expect.stringContaining("full") };
      await expect(overfill()).rejects.toMatchObject(full);
      await expect(output.flush()).rejects.toMatchObject(full);
      await expect(output.close()).rejects.toMatchObject(full);
      const seqs: number[] = [];
      for await (const { seq } of readJobOutput(file)) seqs.push(seq);
      expect(seqs.length).toBeGreaterThan(1_000);
      expect(seqs).toEqual(Array.from({ length: output.lines }, (_, index) => index + 1));
      expect(output.lines).toBeLessThan(appended);
    },
  );

  test.skipIf(cannotMount)("a state directory that does not fit is refused", async () => {
    const folder = await smallDisk();
    await fill(folder);
    const opening = StateManager.open({ stateDir: join(folder, "state") });
    await expect(opening).rejects.toMatchObject({ code: "STATE_DIR" });
  });
});

describe("read-only disk (needs root: mounts a view)", () => {
  test.skipIf(cannotMount)("can be read, cannot be used, and says why", async () => {
    const stateDir = await temporaryFolder();
    const state = await StateManager.open({ stateDir });
    const { id } = await createJob(state, job);
    await state.close();
    const view = await readOnlyView(stateDir);

    const reader = await StateManager.open({ stateDir: view, readOnly: true });
    expect(reader.store.jobs.get(id)).toBeDefined();
    expect(reader.lockOwner()).toBeUndefined();
    await reader.close();
    await expect(StateManager.open({ stateDir: view })).rejects.toMatchObject({
      code: "STATE_DIR",
      message: expect.stringContaining("read-only"),
    });
  });

  test.skipIf(cannotMount)("shows what a running fleet has stored, and who runs it", async () => {
    const stateDir = await temporaryFolder();
    const state = await StateManager.open({ stateDir });
    await state.acquireLock();
    const { id } = await createJob(state, job);
    const reader = await StateManager.open({
      stateDir: await readOnlyView(stateDir),
      readOnly: true,
    });
    expect(reader.store.jobs.get(id)).toBeDefined();
    expect(reader.lockOwner()?.pid).toBe(process.pid);
    await reader.close();
    await state.close();
  });

  test.skipIf(cannotMount)(
    "what a crash left there cannot be read, and the remedy is named",
    async () => {
      const stateDir = await temporaryFolder();
      const child = startChild("state/children/write-jobs.ts", { args: [stateDir] });
      await child.next();
      await child.kill();
      execFileSync("rm", [join(stateDir, "herdctl.db-shm")]);
      const view = await readOnlyView(stateDir);
      const opening = StateManager.open({ stateDir: view, readOnly: true });
      await expect(opening).rejects.toMatchObject({
        code: "STATE_DIR",
        message: expect.stringContaining("Copy the directory"),
      });
    },
  );
});
