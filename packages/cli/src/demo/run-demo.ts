import { FleetManager } from "@herdctl/core";
import { createModelServer } from "@herdctl/testing";
import type { Context } from "../context.ts";
import { commandPrefix, type GlobalOptions } from "../global-options.ts";
import { createLogPainter } from "../render/log-entry.ts";
import { interruptedExitCode, onStopSignal } from "../stop-signals.ts";
import { toJson } from "../terminal/json.ts";
import type { Output } from "../terminal/output.ts";
import { countCommits, createDemoFleet, type DemoFleet, demoScripts } from "./demo-fleet.ts";
import { type DemoResult, judgeDemo, renderDemo } from "./demo-result.ts";

// The demo promises to be over within a minute, the end of its last jobs included.
const deadline = 45_000;
const builds = 2;

/** Runs the demo fleet and shows what comes of it; exit code 1 unless all ended as intended. */
export async function runDemo(options: GlobalOptions, context: Context): Promise<void> {
  const { output } = context;
  const demo = await createDemoFleet();
  if (!options.json) introduce(demo, output);
  const ending = AbortSignal.timeout(deadline);
  const leaving = new AbortController();
  using signals = onStopSignal(() => leaving.abort());
  await using server = await createModelServer({ scripts: demoScripts(demo.repository) });
  await using manager = new FleetManager({ ...demo, env: server.env(demo.home) });
  if (!options.json) {
    const paint = createLogPainter(output, ["reviewer"]);
    manager.on("log", (entry) => output.print(paint(entry)));
  }
  await manager.initialize();
  await letThemWork(manager, AbortSignal.any([ending, leaving.signal]));
  const result = judgeDemo(manager.getJobs().toReversed(), await countCommits(demo));
  await manager.stop({ waitForJobs: false });
  show(result, { demo, options, context });
  if (result.problems.length > 0) context.exitCode = 1;
  if (signals.count > 0) context.exitCode = interruptedExitCode;
}

/** Resolves once every agent has shown what it can do, or the signal aborts. */
async function letThemWork(manager: FleetManager, signal: AbortSignal): Promise<void> {
  const built = completions(manager, "builder");
  await manager.start();
  const flaky = manager.trigger("flaky").then((job) => manager.waitForJob(job.id, { signal }));
  const reviewed = built(1, signal).then(async () => {
    const job = await manager.trigger("reviewer");
    return manager.waitForJob(job.id, { signal });
  });
  // Whatever is missing at the deadline is in the result.
  await Promise.allSettled([flaky, reviewed, built(builds, signal)]);
  await manager.stop({ timeout: 5_000 });
}

/** Waits for an agent's completed jobs, counted from now on. */
function completions(
  manager: FleetManager,
  agentName: string,
): (count: number, signal: AbortSignal) => Promise<void> {
  const waiting = new Map<() => void, number>();
  let completed = 0;
  manager.on("job:completed", ({ jobId }) => {
    if (manager.getJob(jobId).agentName !== agentName) return;
    completed += 1;
    for (const [resolve, count] of waiting) if (completed >= count) resolve();
  });
  return (count, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.set(resolve, count);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    return promise;
  };
}

function introduce({ dir }: DemoFleet, output: Output): void {
  output.print(`${output.style("bold", "herdctl demo")}: no model, no key, no cost`);
  output.print(
    "Three agents run in the real Claude Code with real tools; a scripted stand-in plays the model.",
  );
  output.print(`Folder: ${dir}\n`);
}

interface ShowOptions {
  readonly demo: DemoFleet;
  readonly options: GlobalOptions;
  readonly context: Context;
}

function show(result: DemoResult, { demo, options, context }: ShowOptions): void {
  const { output } = context;
  if (options.json) return output.print(toJson({ folder: demo.dir, ...result }, 2));
  const prefix = commandPrefix({ config: demo.configPath }, context);
  output.print(`\n${renderDemo(result, { output, prefix, dir: demo.dir })}`);
}
