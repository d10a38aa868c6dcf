import { fork } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { createTestFleet, script } from "@herdctl/testing";
import { judge, median } from "./measure.ts";
import type { WrittenLine } from "./watch-session.ts";

const rounds = 3;
const calls = 40;

/** How long after Claude has written a line of its session file a listener has it. */
export async function measureCliLatency(): Promise<boolean> {
  const lags: number[] = [];
  for (let round = 0; round < rounds; round++) lags.push(...(await measureRun()));
  const sorted = lags.toSorted((a, b) => a - b);
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN;
  console.log(
    `\nLive output of a cli job, after the write: ${sorted.length} lines, median ${median(sorted).toFixed(0)} ms, longest ${sorted.at(-1)?.toFixed(0)} ms`,
  );
  return judge("95 of 100 lines within", p95, 300, "ms");
}

async function measureRun(): Promise<number[]> {
  await using files = await createTestFleet({
    agents: {
      a: { default_prompt: "Go.", runtime: "cli", permission_mode: "bypassPermissions" },
    },
    scripts: {
      a: script().repeat(script().text("On it.").tool("Bash", { command: "true" }), calls),
    },
  });
  const written = new Map<string, number>();
  const projects = `${files.env["CLAUDE_CONFIG_DIR"]}/projects`;
  await mkdir(projects, { recursive: true });
  const watcher = fork(new URL("watch-session.ts", import.meta.url), [projects]);
  watcher.on("message", (lines: readonly WrittenLine[]) => {
    for (const { uuid, at } of lines) written.set(uuid, at);
  });
  await using fleet = files.manager();
  await fleet.initialize();
  await fleet.start();
  const { id } = await fleet.trigger("a");
  const heard = new Map<string, number>();
  for await (const { uuid } of fleet.streamJobLines(id)) {
    if (uuid !== undefined) heard.set(uuid, performance.timeOrigin + performance.now());
  }
  const job = await fleet.waitForJob(id);
  if (job.status !== "completed") throw new Error(`the job ended ${job.status}: ${job.exitReason}`);
  watcher.kill();
  return [...heard].flatMap(([uuid, at]) => {
    const before = written.get(uuid);
    return before === undefined ? [] : [Math.max(0, at - before)];
  });
}
