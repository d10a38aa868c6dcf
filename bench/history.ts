import { openSync, closeSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createJobId, FleetManager, StateManager } from "@herdctl/core";
import { createLargeFleet } from "./large-fleet.ts";
import { judge, median } from "./measure.ts";

/** Lists of jobs from a long history. */
export async function measureHistory(): Promise<boolean> {
  const jobs = 50_000;
  await using files = await createLargeFleet(50, (index) => `name: agent-${index}\n`);
  await fillHistory(files.options.stateDir, jobs);
  await using fleet = new FleetManager({ ...files.options });
  await fleet.initialize();
  const list = (): unknown => fleet.getJobs({ limit: 20 });
  const filtered = (): unknown =>
    fleet.getJobs({ agentName: "agent-7", status: "failed", limit: 20 });
  const cold = await timeOf(async () => {
    const state = await StateManager.open({ stateDir: files.options.stateDir, readOnly: true });
    state.store.jobs.list({ limit: 20 });
    await state.close();
  });
  console.log(`\nJobs from a history of ${jobs}`);
  return [
    judge("the last 20", await medianOf(list), 1, "ms"),
    judge("20 by agent and status", await medianOf(filtered), 1, "ms"),
    judge("the last 20, from opening the store", cold, 50, "ms"),
  ].every(Boolean);
}

/** The end and the whole of a long output. */
export async function measureOutput(): Promise<boolean> {
  await using files = await createLargeFleet(1, () => "name: agent-0\n");
  const { stateDir } = files.options;
  const [id = ""] = await fillHistory(stateDir, 1);
  const lines = writeOutput(join(stateDir, "jobs", `${id}.jsonl`), 100e6);
  await using fleet = new FleetManager({ ...files.options });
  await fleet.initialize();
  globalThis.gc?.();
  const memory = process.memoryUsage().rss;
  const tail = await timeOf(async () => void fleet.getJob(id).output);
  const tailMemory = (process.memoryUsage().rss - memory) / 1e6;
  let read = 0;
  const whole = await timeOf(async () => {
    for await (const line of fleet.streamJobLines(id)) read += line.seq > 0 ? 1 : 0;
  });
  console.log(`\nAn output of 100 MB, ${lines} lines`);
  return [
    judge("its end", tail, 100, "ms"),
    judge("memory for that", tailMemory, 60, "MB"),
    judge("all of it", whole, 3_000, "ms"),
    read === lines,
  ].every(Boolean);
}

/** Makes so many finished jobs of 50 agents; resolves with their ids. */
export async function fillHistory(stateDir: string, jobs: number): Promise<readonly string[]> {
  await using state = Object.assign(await StateManager.open({ stateDir }), {
    async [Symbol.asyncDispose](this: StateManager) {
      await this.close();
    },
  });
  const ids: string[] = [];
  const { store } = state;
  const limits = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`agent-${i}`, 1e6]));
  for (let index = 0; index < jobs; index += 500) {
    const batch = Math.min(500, jobs - index);
    const made = Array.from({ length: batch }, (_, place) => {
      const id = createJobId(Date.now());
      ids.push(id);
      const agentName = `agent-${(index + place) % 50}`;
      const job = { id, agentName, trigger: "manual", prompt: "x".repeat(200) } as const;
      return store.jobs.enqueue({ ...job, priority: 0, runtime: "sdk", workingDirectory: "/w" });
    });
    await Promise.all(made);
    const leaseUntil = new Date(Date.now() + 60_000).toISOString();
    const running = await store.jobs.admit({ node: "bench", leaseUntil, perAgent: limits });
    await Promise.all(
      running.map((job, place) => {
        const isGood = place % 3 > 0;
        const end = isGood
          ? ({ status: "completed", exitReason: "success" } as const)
          : ({ status: "failed", exitReason: "error" } as const);
        return store.jobs.finish(job, end);
      }),
    );
  }
  return ids;
}

function writeOutput(file: string, bytes: number): number {
  const fd = openSync(file, "w");
  let [seq, written] = [0, 0];
  while (written < bytes) {
    let chunk = "";
    for (let count = 0; count < 1_000; count++) {
      seq += 1;
      const line = {
        type: "assistant",
        text: "x".repeat(400),
        seq,
        timestamp: "2026-01-01T00:00:00.000Z",
        attempt: 1,
      };
      chunk += `${JSON.stringify(line)}\n`;
    }
    written += writeSync(fd, chunk);
  }
  closeSync(fd);
  return seq;
}

async function medianOf(action: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 50; round++) times.push(await timeOf(async () => void action()));
  return median(times.slice(5));
}

async function timeOf(action: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}
