import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What the daemon does at the instant of its death. */
export const stages = [
  "booting",
  "creating",
  "firing",
  "starting",
  "streaming",
  "finishing",
  "waiting",
  "pruning",
  "reloading",
  "cancelling",
  "pausing",
  "stopping",
  "anywhere",
] as const;
export type Stage = (typeof stages)[number];

/** One life of the daemon, from its start to its death. */
export interface LifePlan {
  readonly seed: number;
  readonly configPath: string;
  readonly stateDir: string;
  /** Where the daemon notes what it has been told and what it has done, synchronously. */
  readonly journal: string;
  /** Runtime of its jobs: one that plays a part, or the one that the configuration asks for. */
  readonly runtime: "scripted" | "claude";
  /** Absent: it works off its queue and stops. */
  readonly death?: {
    readonly stage: Stage;
    /** The how many-th time that it comes to this stage. */
    readonly visit: number;
    /** Turns of the event loop after that; for `anywhere` milliseconds. */
    readonly after: number;
  };
}

/** A daemon that is alive. */
export interface Life extends AsyncDisposable {
  kill(): void;
  /**
   * `ready` once it has settled what the last one left behind; a code when it could not start;
   * `dead` when it was killed before.
   */
  readonly began: Promise<string>;
  /** Resolves with how it ended. */
  readonly over: Promise<"killed" | "stopped" | "failed">;
}

const program = fileURLToPath(new URL("daemon.ts", import.meta.url));
// A stage that is not reached does not keep the suite from going on.
const longestLife = { scripted: 2_500, claude: 8_000 };
const longestDrain = 120_000;

/** Starts a daemon in a process of its own. */
export function startLife(plan: LifePlan, env: Readonly<Record<string, string>>): Life {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = fork(program, [JSON.stringify(plan)], {
    env: { PATH, NODE_COMPILE_CACHE, ...env },
    execArgv: ["--conditions=herdctl-source"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = once(child, "exit");
  const limit = plan.death ? longestLife[plan.runtime] : longestDrain;
  let timer: NodeJS.Timeout | undefined;
  const said = once(child, "message").then(([word]: unknown[]) => String(word));
  const began = Promise.race([said, ended.then(() => "dead")]);
  void began.then((word) => {
    if (word !== "ready") return;
    const { stage, after } = plan.death ?? {};
    timer = setTimeout(() => child.kill("SIGKILL"), stage === "anywhere" ? after : limit);
  });
  const over = ended.then(() => {
    clearTimeout(timer);
    return endOf(child);
  });
  return {
    began,
    over,
    kill: () => void child.kill("SIGKILL"),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await over;
    },
  };
}

function endOf({ signalCode, exitCode }: ChildProcess): "killed" | "stopped" | "failed" {
  if (signalCode === "SIGKILL") return "killed";
  return exitCode === 0 ? "stopped" : "failed";
}
