import { ensureAccessTokens, FleetManager, socketPathFor } from "@herdctl/core";
import { createTestFleet, inPrompt, script, type TestFleet } from "@herdctl/testing";
import {
  createFleetClient,
  createFleetServer,
  type FleetClient,
  type FleetServer,
} from "@herdctl/web";
import { herdctl } from "../herdctl.ts";

/** One running fleet, and the four ways to it. */
export interface Ways extends AsyncDisposable {
  readonly files: TestFleet;
  /** The daemon itself. */
  readonly library: FleetManager;
  readonly socket: FleetClient;
  readonly tcp: FleetClient;
  /** What a command prints with `--json`: one value, or with `lines` one a line. */
  cli(
    args: readonly string[],
    how?: { readonly lines?: boolean; readonly input?: string },
  ): Promise<unknown>;
  /** The error that a command prints with `--json`. */
  cliError(args: readonly string[]): Promise<unknown>;
  /** Starts and serves the fleet where it does not run. */
  ensureRunning(): Promise<void>;
}

const greeting = inPrompt(script().text("Hello."));

/** Prompt of an agent that wants to write. */
export const asking: string = inPrompt(
  script().tool("Write", { file_path: "a.txt", content: "A" }).text("Done."),
);

/** Prompt of an agent that remembers one text. */
export const remembering: string = inPrompt(
  script().tool("mcp__herdctl__remember", { key: "last", text: "Pull 41." }).text("Noted."),
);

const every = { permission_mode: "bypassPermissions", default_prompt: greeting } as const;

const agents = {
  writer: {
    ...every,
    description: "Writes.",
    schedules: { yearly: { type: "cron", cron: "0 6 1 1 *", prompt: greeting } },
  },
  calm: every,
  keeper: { ...every, description: "Keeps." },
  asker: { ...every, approvals: { tools: ["Write"], hold: "200ms", expires: "1h" } },
} as const;

/** Opens them. `calm` is paused and has one finished job: what it is asked for after that is queued. */
export async function openWays(): Promise<Ways> {
  const files = await createTestFleet({ agents });
  const { configPath, stateDir, env, dir } = files;
  const library = new FleetManager({ configPath, stateDir, env });
  await library.initialize();
  let served: Served | undefined;
  const close = async (): Promise<void> => {
    served?.socket.close();
    served?.tcp.close();
    await served?.server.close();
  };
  const open = (): Served => {
    if (!served) throw new Error("the fleet is not served");
    return served;
  };
  const ways: Ways = {
    files,
    library,
    get socket() {
      return open().socket;
    },
    get tcp() {
      return open().tcp;
    },
    async cli(args, { lines = false, ...how } = {}) {
      const where = { cwd: dir, env, ...how };
      const { stdout, stderr, exitCode } = await herdctl([...args, "--json"], where);
      if (exitCode !== 0)
        throw new Error(`herdctl ${args.join(" ")}: ${exitCode} ${stderr}${stdout}`);
      return lines ? stdout.split("\n").filter(Boolean).map(parse) : parse(stdout);
    },
    async cliError(args) {
      const { stdout } = await herdctl([...args, "--json"], { cwd: dir, env });
      return JSON.parse(stdout).error;
    },
    async ensureRunning() {
      if (library.state === "running") return;
      await close();
      await library.start();
      served = await serve(library, files);
    },
    async [Symbol.asyncDispose]() {
      await close();
      await library.stop({ waitForJobs: false });
      await library[Symbol.asyncDispose]();
      await files[Symbol.asyncDispose]();
    },
  };
  await ways.ensureRunning();
  for (const agent of ["writer", "calm"]) {
    await library.waitForJob((await library.trigger(agent)).id);
  }
  await library.pause("calm");
  return ways;
}

interface Served {
  readonly server: FleetServer;
  readonly socket: FleetClient;
  readonly tcp: FleetClient;
}

async function serve(library: FleetManager, { stateDir, env }: TestFleet): Promise<Served> {
  const server = createFleetServer(library);
  const socketPath = socketPathFor(stateDir, env);
  await server.listen({ socketPath });
  const { url } = await server.listenTcp({ host: "127.0.0.1", port: 0, stateDir });
  const { tokens } = ensureAccessTokens(stateDir);
  return {
    server,
    socket: createFleetClient({ socketPath }),
    tcp: createFleetClient({ url, token: tokens.full }),
  };
}

function parse(text: string): unknown {
  return JSON.parse(text);
}
