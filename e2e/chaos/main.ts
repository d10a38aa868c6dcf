import { parseArgs } from "node:util";
import { runOutlive } from "./outlive/run-outlive.ts";
import { runKills } from "./run-kills.ts";
import { scenarios } from "./scenarios/all.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    claude: { type: "string" },
    outlive: { type: "string" },
  },
});
const seed = Number(values.seed);
const total = Number(values.kills);
// A real claude takes seconds to start: it gets a tenth of the kills.
const claude = values.claude === undefined ? Math.floor(total / 10) : Number(values.claude);
// Daemons whose jobs do without them.
const outlive = values.outlive === undefined ? Math.floor(total / 4) : Number(values.outlive);
console.log(`chaos: ${total} kills, ${claude} of them with a real claude, seed ${seed}`);

let broken = 0;
for (const [runtime, kills] of [
  ["scripted", total - claude],
  ["claude", claude],
] as const) {
  if (kills === 0) continue;
  const started = performance.now();
  const report = await runKills({
    seed,
    kills,
    runtime,
    onKill: ({ kill, stage }) => {
      if (kill % 10 === 0) console.log(`  ${runtime}: ${kill} of ${kills}, the last at ${stage}`);
    },
  });
  const seconds = ((performance.now() - started) / 1_000).toFixed(0);
  const at = Object.entries(report.stages).map(([stage, count]) => `${stage} ${count}`);
  console.log(`${runtime}: ${report.kills} kills in ${seconds} s (${at.join(", ")})`);
  console.log(`  ${report.accepted} jobs accepted, ${report.ran} run, ${report.fired} fires`);
  for (const violation of report.violations) console.log(`  VIOLATION ${violation}`);
  broken += report.violations.length;
}
if (outlive > 0) {
  const report = await runOutlive({
    seed,
    kills: outlive,
    onKill: (kill) => console.log(`  jobs that outlive it: ${kill} of ${outlive}`),
  });
  console.log(`outlived: ${report.kills} kills, ${report.jobs} jobs`);
  for (const violation of report.violations) console.log(`  VIOLATION ${violation}`);
  broken += report.violations.length;
}
for (const { name, cannot, run } of scenarios) {
  const violations = cannot === undefined ? await run(seed) : [];
  const outcome = violations.length === 0 ? "ok       " : "VIOLATION";
  console.log(cannot === undefined ? `${outcome} ${name}` : `skipped   ${name}: ${cannot}`);
  for (const violation of violations) console.log(`          ${violation}`);
  broken += violations.length;
}
console.log(broken === 0 ? `no violation (seed ${seed})` : `${broken} violations (seed ${seed})`);
process.exitCode = broken === 0 ? 0 : 1;
