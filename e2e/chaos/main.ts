import { parseArgs } from "node:util";
import { noEngine } from "./containers/engine.ts";
import { runSoak } from "./containers/run-soak.ts";
import { runOutlive } from "./outlive/run-outlive.ts";
import { runKills } from "./run-kills.ts";
import { scenarios } from "./scenarios/all.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    claude: { type: "string" },
    outlive: { type: "string" },
    containers: { type: "string" },
  },
});
const seed = Number(values.seed);
const total = Number(values.kills);
// A real claude takes seconds to start: it gets a tenth of the kills.
const claude = values.claude === undefined ? Math.floor(total / 10) : Number(values.claude);
// Daemons whose jobs do without them.
const outlive = values.outlive === undefined ? Math.floor(total / 4) : Number(values.outlive);
// Jobs in containers, of each kind.
const contained =
  values.containers === undefined ? Math.floor(total / 2) : Number(values.containers);
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
const kinds = (["sdk", "cli"] as const).flatMap((runtime) =>
  [true, false].map((ephemeral) => ({ runtime, ephemeral })),
);
for (const kind of contained > 0 ? kinds : []) {
  const name = `${contained} ${kind.runtime} jobs in containers ${kind.ephemeral ? "of their own" : "that are kept"}`;
  if (noEngine) {
    console.log(`skipped   ${name}: there is no engine`);
    continue;
  }
  const started = performance.now();
  const share = {
    jobs: contained,
    cancels: Math.floor(contained / 5),
    kills: Math.ceil(contained / 10),
  };
  const { violations, most, samples, outcomes } = await runSoak({ ...kind, ...share, seed });
  const seconds = ((performance.now() - started) / 1_000).toFixed(0);
  const ends = Object.entries(outcomes).map(([outcome, count]) => `${outcome} ${count}`);
  console.log(`${name}: ${share.kills} kills in ${seconds} s (${ends.join(", ")})`);
  console.log(`  at most ${most} containers in ${samples} looks`);
  for (const violation of violations) console.log(`  VIOLATION ${violation}`);
  broken += violations.length;
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
