import { StateManager } from "../../../src/state/manager.ts";

// Admits and finishes jobs beside other processes until none is queued; prints the most that ran.
const [stateDir = "", node = "", perAgent = "1", fleetWide = "1"] = process.argv.slice(2);
const state = await StateManager.open({ stateDir });
const { jobs } = state.store;
process.stdout.write("ready\n");
await new Promise((resolve) => process.stdin.once("data", resolve));
const limit = Number(perAgent);
const admitted: string[] = [];
let most = 0;
while (jobs.queue().length > 0) {
  const started = await jobs.admit({
    node,
    leaseUntil: "2030-01-01T00:00:00.000Z",
    perAgent: { a: limit, b: limit, c: limit },
    fleetWide: Number(fleetWide),
  });
  admitted.push(...started.map(({ id }) => id));
  const running = jobs.list({ status: "running" }).jobs;
  const counts = ["a", "b", "c"].map(
    (name) => running.filter((job) => job.agentName === name).length,
  );
  if (Math.max(...counts) > limit) throw new Error(`over the limit of an agent: ${counts.join()}`);
  most = Math.max(most, running.length);
  await Promise.all(
    started.map((job) => jobs.finish(job, { status: "completed", exitReason: "success" })),
  );
}
process.stdout.write(`${JSON.stringify({ admitted, most })}\n`);
await state.close();
process.exit(0);
