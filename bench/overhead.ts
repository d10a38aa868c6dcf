import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { claudeBinary, createTestFleet, script, type TestFleet } from "@herdctl/testing";
import { createFleetClient, probeDaemon } from "@herdctl/web";
import { interleave, judge, median, printTimings, runCommand } from "./measure.ts";

const herdctl = fileURLToPath(new URL("../packages/cli/bin/herdctl.js", import.meta.url));
const rounds = 11;

/** Cost of a job beside bare `claude -p`, on the same machine, in turn. Resolves to "all targets met". */
export async function measureOverhead(): Promise<boolean> {
  await using daemon = await createBenchFleet();
  await using foreground = await createBenchFleet();
  const server = await startDaemon(daemon);
  const client = createFleetClient({ socketPath: `${daemon.stateDir}/herdctl.sock` });
  try {
    const timings = await interleave(
      [
        { name: "bare claude -p", run: () => runBareClaude(daemon) },
        {
          name: "job through the daemon, by its client",
          run: async () => {
            const { id } = await client.trigger("a");
            await client.waitForJob(id);
          },
        },
        { name: "herdctl trigger, daemon running", run: () => runTrigger(daemon) },
        { name: "herdctl trigger, in the foreground", run: () => runTrigger(foreground) },
      ],
      rounds,
    );
    printTimings("One job that answers at once", timings);
    const bare = median(timings.get("bare claude -p"));
    const through = median(timings.get("job through the daemon, by its client"));
    const alone = median(timings.get("herdctl trigger, in the foreground"));
    return [
      judge("a job through a running daemon, beyond bare claude -p", through - bare, 150, "ms"),
      judge("a job in the foreground, beyond bare claude -p", alone - bare, 400, "ms"),
    ].every(Boolean);
  } finally {
    client.close();
    server.kill("SIGTERM");
    await once(server, "exit");
  }
}

/** Wall time of `herdctl --version` and `--help` against a bare Node script. */
export async function measureVersion(): Promise<boolean> {
  const bare = "bare Node script";
  const flags = ["--version", "--help"];
  const timings = await interleave(
    [
      { name: bare, run: () => runCommand(process.execPath, ["-e", "console.log(1)"]) },
      ...flags.map((flag) => ({
        name: `herdctl ${flag}`,
        run: () => runCommand(process.execPath, [herdctl, flag]),
      })),
    ],
    2 * rounds,
  );
  printTimings("Start of the command line", timings);
  const met = flags.map((flag) => {
    const ratio = median(timings.get(`herdctl ${flag}`)) / median(timings.get(bare));
    return judge(`herdctl ${flag} beside a ${bare}`, ratio, 2, "×");
  });
  return met.every(Boolean);
}

function createBenchFleet(): Promise<TestFleet> {
  return createTestFleet({
    agents: { a: { default_prompt: "Answer.", setting_sources: [] } },
    scripts: { a: script().text("done") },
  });
}

function runBareClaude(fleet: TestFleet): Promise<void> {
  const args = [
    "-p",
    "--output-format",
    "stream-json",
    "--verbose",
    "--setting-sources",
    "",
    "Answer.",
  ];
  return runCommand(claudeBinary(), args, { cwd: fleet.workspace("a"), env: environmentOf(fleet) });
}

function runTrigger(fleet: TestFleet): Promise<void> {
  const args = [herdctl, "trigger", "a", "-c", fleet.configPath, "-s", fleet.stateDir];
  return runCommand(process.execPath, args, { cwd: fleet.dir, env: environmentOf(fleet) });
}

async function startDaemon(fleet: TestFleet): Promise<ChildProcess> {
  const args = [herdctl, "start", "-c", fleet.configPath, "-s", fleet.stateDir];
  const child = spawn(process.execPath, args, { env: environmentOf(fleet), stdio: "ignore" });
  const deadline = performance.now() + 20_000;
  while (!(await probeDaemon(`${fleet.stateDir}/herdctl.sock`))) {
    if (performance.now() > deadline) throw new Error("the daemon did not start");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return child;
}

function environmentOf(fleet: TestFleet): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, ...fleet.env };
}
