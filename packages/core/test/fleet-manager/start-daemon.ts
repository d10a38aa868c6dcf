import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { TestFleet } from "@herdctl/testing";
import { eventually } from "../runner/processes.ts";

/** A daemon in a process of its own, and what it has said so far; disposing kills it. */
export interface Daemon extends AsyncDisposable {
  readonly process: ChildProcess;
  /** Triggers an agent, and resolves with the id of its job once that has started. */
  trigger(agentName: string): Promise<string>;
  /** The value of its first message of this kind. */
  said(kind: string): Promise<string>;
  kill(): Promise<void>;
}

export function startDaemon(test: TestFleet, child = "daemon.ts"): Daemon {
  const program = join(import.meta.dirname, "children", child);
  const { PATH, NODE_COMPILE_CACHE } = globalThis.process.env;
  const process = fork(program, [test.configPath, test.stateDir], {
    env: { PATH, NODE_COMPILE_CACHE, ...test.env },
    execArgv: ["--conditions=herdctl-source"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const messages = new Map<string, string>();
  process.on("message", (message: Record<string, unknown>) => {
    for (const [kind, value] of Object.entries(message)) {
      if (!messages.has(kind)) messages.set(kind, String(value));
    }
  });
  const said = (kind: string): Promise<string> => eventually(() => messages.get(kind), kind);
  const exit = once(process, "exit");
  const kill = async (): Promise<void> => {
    process.kill("SIGKILL");
    await exit;
  };
  return {
    process,
    async trigger(agentName) {
      await said("ready");
      process.send(agentName);
      return said("started");
    },
    said,
    kill,
    [Symbol.asyncDispose]: kill,
  };
}

/** Kills a daemon once the job that it was told to start has come so far; resolves with its id. */
export async function killDaemonWhen(
  test: TestFleet,
  agentName: string,
  hasComeSoFar: (jobId: string) => boolean,
): Promise<string> {
  await using daemon = startDaemon(test);
  const jobId = await daemon.trigger(agentName);
  await eventually(() => hasComeSoFar(jobId), "the time to kill");
  return jobId;
}
