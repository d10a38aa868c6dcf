import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { TestFleet } from "@herdctl/testing";
import { vi } from "vitest";

/** A daemon in a process of its own, and what it has said so far. */
export interface Daemon {
  readonly process: ChildProcess;
  /** The value of its first message of this kind. */
  said(kind: string): Promise<string>;
  kill(): Promise<void>;
}

export function startDaemon(test: TestFleet, child = "daemon.ts"): Daemon {
  const program = join(import.meta.dirname, "children", child);
  const process = fork(program, [test.configPath, test.stateDir], {
    env: { PATH: globalThis.process.env.PATH, ...test.env },
    execArgv: ["--conditions=herdctl-source"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const messages = new Map<string, string>();
  process.on("message", (message: Record<string, unknown>) => {
    for (const [kind, value] of Object.entries(message)) {
      if (!messages.has(kind)) messages.set(kind, String(value));
    }
  });
  return {
    process,
    said: (kind) =>
      vi.waitFor(() => messages.get(kind) ?? Promise.reject(new Error(`nothing ${kind}`)), 60_000),
    async kill() {
      const exit = once(process, "exit");
      process.kill("SIGKILL");
      await exit;
    },
  };
}
