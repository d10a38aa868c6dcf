import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { ModelServer, Script, ScriptBuilder } from "@herdctl/testing";
import type { RuntimeType } from "../../src/config/resolved.ts";
import { RuntimeFactory } from "../../src/runner/runtime/factory.ts";
import { Bench, type Ran, type RunOptions, testAgent } from "../runner/harness.ts";

/** Those that every case is played on; the others are compared with the first. */
export const runtimes: readonly RuntimeType[] = ["sdk", "cli"];

/** Where one case is played on one runtime: a folder and a home that nobody else has. */
export interface Stage {
  readonly runtime: RuntimeType;
  /** Real path of the folder of everything. */
  readonly dir: string;
  /** The agent's folder in it. */
  readonly cwd: string;
  readonly server: ModelServer;
  /** Runs a script through `JobExecutor`, this stage's runtime and the real binary. */
  run(script: Script | ScriptBuilder, options?: RunOptions): Promise<Ran>;
}

export interface StageOptions {
  readonly server: ModelServer;
  /** Folder for everything of the stage. */
  readonly dir: string;
  readonly runtime: RuntimeType;
}

export async function openStage({ server, dir, runtime }: StageOptions): Promise<Stage> {
  await Promise.all(["work", "home"].map((name) => mkdir(join(dir, name), { recursive: true })));
  const root = await realpath(dir);
  const [cwd, home] = [join(root, "work"), join(root, "home")];
  const bench = new Bench({ server, root: home, cwd });
  return {
    runtime,
    dir: root,
    cwd,
    server,
    run: (script, options = {}) =>
      bench.run(script, {
        runtime: RuntimeFactory.create(testAgent({ runtime })),
        ...options,
        agent: { runtime, ...options.agent },
      }),
  };
}
