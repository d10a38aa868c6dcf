import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { FleetManager } from "@herdctl/core";
import { createFleetClient, createFleetServer } from "@herdctl/web";
import { fillHistory } from "./history.ts";
import { createInstantRuntime } from "./instant-runtime.ts";
import { createLargeFleet } from "./large-fleet.ts";
import { interleave, judge, median, printTimings, runCommand } from "./measure.ts";

const bin = fileURLToPath(new URL("../packages/cli/bin/herdctl.js", import.meta.url));
const host = "localhost";

/** How soon two commands and a stream of events show what a third client has asked for. */
export async function measureLive(): Promise<boolean> {
  const rounds = 30;
  await using served = await serve(await createLargeFleet(1, () => "name: agent-0\n"));
  const { url, token, files } = served;
  const client = createFleetClient({ url, token });
  const leave = new AbortController();
  const heard = new Map<string, number>();
  const events = (async () => {
    for await (const event of client.streamEvents({ signal: leave.signal })) {
      if (event.type === "agent:started") heard.set(`events ${event.jobId}`, performance.now());
      if (event.type === "paused") heard.set(`pause ${event.agentName}`, performance.now());
    }
  })();
  const near = ["-s", files.options.stateDir];
  const commands = [
    followLog(near, {}, (jobId) => heard.set(`near ${jobId}`, performance.now())),
    followLog(["--url", url], { HERDCTL_TOKEN: token }, (jobId) =>
      heard.set(`far ${jobId}`, performance.now()),
    ),
  ];
  await Promise.all(commands.map((command) => command.ready));
  const lags: Record<string, number[]> = { events: [], near: [], far: [] };
  const pauses: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const asked = performance.now();
    const { id } = await client.trigger("agent-0", undefined, { promptOverride: "Go." });
    for (const [who, values] of Object.entries(lags)) {
      values.push((await arrival(heard, `${who} ${id}`)) - asked);
    }
    await client.waitForJob(id);
    const pausing = performance.now();
    await client.pause("agent-0");
    pauses.push((await arrival(heard, "pause agent-0")) - pausing);
    heard.delete("pause agent-0");
    await client.resume("agent-0");
  }
  leave.abort();
  await events;
  client.close();
  for (const { child } of commands) child.kill();
  console.log(`\nWhat a client asks for, seen by others, from the call on, ${rounds} times`);
  return [
    judge("a stream of events over TCP, longest", Math.max(...(lags["events"] ?? [])), 200, "ms"),
    judge("a pause in a stream of events, longest", Math.max(...pauses), 200, "ms"),
    judge("logs -f over the socket, longest", Math.max(...(lags["near"] ?? [])), 200, "ms"),
    judge("logs -f over TCP, longest", Math.max(...(lags["far"] ?? [])), 200, "ms"),
  ].every(Boolean);
}

/** `herdctl status` against a daemon with a long history, beside a bare Node.js script. */
export async function measureStatus(): Promise<boolean> {
  const jobs = 10_000;
  const files = await createLargeFleet(50, (index) => `name: agent-${index}\n`);
  await fillHistory(files.options.stateDir, jobs);
  await using served = await serve(files);
  const { url, token } = served;
  const env = { ...process.env, HERDCTL_TOKEN: token };
  const near = [bin, "status", "-s", files.options.stateDir];
  const timings = await interleave(
    [
      { name: "node -e ''", run: () => runCommand(process.execPath, ["-e", ""]) },
      { name: "herdctl status", run: () => runCommand(process.execPath, near) },
      {
        name: "herdctl status --url",
        run: () => runCommand(process.execPath, [bin, "status", "--url", url], { env }),
      },
    ],
    20,
  );
  printTimings(`A daemon with ${jobs} jobs`, timings);
  const headers = { authorization: `Bearer ${token}` };
  const first = await fetch(`${url}/api/jobs?limit=100`, { headers });
  const known = { ...headers, "if-none-match": first.headers.get("etag") ?? "" };
  const polls = await interleave(
    [
      { name: "GET /api/jobs?limit=100", run: () => drain(`${url}/api/jobs?limit=100`, headers) },
      { name: "the same, unchanged (304)", run: () => drain(`${url}/api/jobs?limit=100`, known) },
    ],
    50,
  );
  for (const [name, values] of polls)
    console.log(`  ${name.padEnd(44)} ${median(values).toFixed(2)} ms`);
  return judge("herdctl status", median(timings.get("herdctl status")), 150, "ms");
}

type Files = Awaited<ReturnType<typeof createLargeFleet>>;

interface Served extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
  readonly files: Files;
}

async function serve(files: Files): Promise<Served> {
  const { stateDir } = files.options;
  const fleet = new FleetManager({
    ...files.options,
    history: { maxJobsPerAgent: 1_000_000 },
    runtimeFactory: () => createInstantRuntime(),
  });
  await fleet.initialize();
  await fleet.start();
  const server = createFleetServer(fleet);
  await server.listen({ socketPath: `${stateDir}/herdctl.sock` });
  const { url, newTokens } = await server.listenTcp({ host, port: 0, stateDir });
  return {
    url,
    token: newTokens?.full ?? "",
    files,
    async [Symbol.asyncDispose]() {
      await server.close();
      await fleet[Symbol.asyncDispose]();
      await files[Symbol.asyncDispose]();
    },
  };
}

interface Follower {
  readonly child: ChildProcess;
  /** It shows what was before. */
  readonly ready: Promise<void>;
}

/** `herdctl logs -f`, with the jobs whose start it shows. */
function followLog(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  onStart: (jobId: string) => void,
): Follower {
  const child = spawn(process.execPath, [bin, "logs", "-f", "--json", ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ready = Promise.withResolvers<void>();
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    ready.resolve();
    const lines = (text + chunk).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      const [, jobId] = /"job (\S+) started"/.exec(line) ?? [];
      if (jobId !== undefined) onStart(jobId);
    }
  });
  return { child, ready: ready.promise };
}

async function arrival(heard: ReadonlyMap<string, number>, what: string): Promise<number> {
  const giveUp = performance.now() + 10_000;
  for (;;) {
    const at = heard.get(what);
    if (at !== undefined) return at;
    if (performance.now() > giveUp) throw new Error(`${what} was not seen`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

async function drain(url: string, headers: Readonly<Record<string, string>>): Promise<void> {
  await (await fetch(url, { headers })).text();
}
