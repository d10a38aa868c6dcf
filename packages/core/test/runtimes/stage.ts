import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { ModelServer, Script, ScriptBuilder } from "@herdctl/testing";
import type { RuntimeType } from "../../src/config/resolved.ts";
import { RuntimeFactory } from "../../src/runner/runtime/factory.ts";
import { containerWorkspace } from "../../src/runner/runtime/container/workspace-path.ts";
import { Bench, type Ran, type RunOptions, testAgent } from "../runner/harness.ts";
import { containment } from "./containment.ts";

/** Those that every case is played on; the others are compared with the first. */
export const runtimes: readonly RuntimeType[] = ["sdk", "cli"];

/** Where one case is played on one runtime: a folder and a home that nobody else has. */
export interface Stage {
  readonly runtime: RuntimeType;
  readonly isContained: boolean;
  /** Real path of the folder of everything. */
  readonly dir: string;
  /** The agent's folder in it. */
  readonly cwd: string;
  /** The same as its agent sees it. */
  readonly seenCwd: string;
  readonly server: ModelServer;
  /** Runs a script through `JobExecutor`, this stage's runtime and the real binary. */
  run(script: Script | ScriptBuilder, options?: StageRunOptions): Promise<Ran>;
}

export interface StageRunOptions extends RunOptions {
  /** Of the container, where there is one (default: `none`). */
  readonly network?: "host";
}

export interface StageOptions {
  readonly server: ModelServer;
  /** Folder for everything of the stage. */
  readonly dir: string;
  readonly runtime: RuntimeType;
  /** Claude runs in a container (default: on this machine). */
  readonly isContained?: boolean;
}

export async function openStage(options: StageOptions): Promise<Stage> {
  const { server, dir, runtime, isContained = false } = options;
  await Promise.all(["work", "home"].map((name) => mkdir(join(dir, name), { recursive: true })));
  const root = await realpath(dir);
  const [cwd, home] = [join(root, "work"), join(root, "home")];
  const bench = new Bench({ server, root: home, cwd });
  return {
    runtime,
    isContained,
    dir: root,
    cwd,
    seenCwd: isContained ? containerWorkspace : cwd,
    server,
    async run(script, { network, ...run } = {}) {
      const { claudePath } = run;
      const wanted = {
        ...(claudePath !== undefined && { claudePath }),
        ...(network && { network }),
      };
      const docker = isContained ? { docker: await containment(wanted) } : {};
      const kind = { runtime, ...docker };
      return bench.run(script, {
        runtime: RuntimeFactory.create(testAgent(kind), {
          stateDir: home,
          env: bench.environment(),
        }),
        ...run,
        agent: { ...kind, ...run.agent },
      });
    },
  };
}
