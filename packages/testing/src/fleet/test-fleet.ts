import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { FleetManager, type FleetManagerOptions } from "@herdctl/core";
import { agentEnvironment } from "../model-server/client-environment.ts";
import { createModelServer, type ModelServer } from "../model-server/model-server.ts";
import type { ScriptBuilder } from "../script/builder.ts";
import type { Script } from "../script/script.ts";

/** Options of {@link createTestFleet}. */
export interface TestFleetOptions {
  /**
   * Agents by name: the YAML of an agent file, or its content as an object. An object needs no `name`,
   * and works in `workspaces/<name>` unless it says where.
   */
  readonly agents: Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;
  /** Content of the fleet file beside its `agents`. */
  readonly fleet?: Readonly<Record<string, unknown>>;
  /** More files, by path in the fleet's folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** What the agents answer to prompts without a script of their own. */
  readonly scripts?: Readonly<Record<string, Script | ScriptBuilder>>;
}

/** A fleet in a temporary folder, with a home and a model server of its own. */
export interface TestFleet extends AsyncDisposable {
  /** The folder, real path. */
  readonly dir: string;
  /** The fleet file. */
  readonly configPath: string;
  readonly stateDir: string;
  /** Environment for the fleet, the command line and `claude`. */
  readonly env: Readonly<Record<string, string>>;
  readonly server: ModelServer;
  /** Where an agent that was given as an object works by default. */
  workspace(agentName: string): string;
  /** A manager of this fleet, stopped together with it; `options` win over the fleet's own. */
  manager(options?: Partial<FleetManagerOptions>): FleetManager;
}

/**
 * Writes a fleet into a temporary folder and starts a model server for it. Disposing stops what
 * runs, ends the server and removes the folder.
 *
 * @example
 * ```ts
 * await using fleet = await createTestFleet({
 *   agents: { writer: { default_prompt: "Write the note." } },
 *   scripts: { writer: script().tool("Write", { file_path: "note.md", content: "Hello" }).text("Done.") },
 * });
 * const manager = fleet.manager();
 * await manager.initialize();
 * const job = await manager.trigger("writer");
 * console.log((await manager.waitForJob(job.id)).result);
 * ```
 */
export async function createTestFleet(options: TestFleetOptions): Promise<TestFleet> {
  await using made = new AsyncDisposableStack();
  const scripts = options.scripts && { scripts: options.scripts };
  const server = made.use(await createModelServer({ ...scripts }));
  const dir = await realpath(await mkdtemp(join(tmpdir(), "herdctl-fleet-")));
  made.defer(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }));
  const workspace = (agentName: string): string => join(dir, "workspaces", agentName);
  const home = join(dir, "home");
  for (const folder of [home, ...Object.keys(options.agents).map(workspace)]) {
    await mkdir(folder, { recursive: true });
  }
  for (const [path, content] of Object.entries(filesOf(options, workspace))) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  const places = { configPath: join(dir, fleetFile), stateDir: join(dir, ".herdctl") };
  const env = server.env(home);
  if (mayLeaveJobs(options)) made.defer(() => endLeftJobs({ ...places, env }));
  const owned = made.move();
  return {
    ...places,
    dir,
    env,
    server,
    workspace,
    manager(more) {
      const manager = new FleetManager({ ...places, env, ...more });
      owned.defer(() => manager.stop({ waitForJobs: false }));
      return manager;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Jobs of the cli runtime do without whoever started them, such as a test that failed. */
function mayLeaveJobs({ agents, fleet }: TestFleetOptions): boolean {
  return /\bcli\b/.test(JSON.stringify([agents, fleet]));
}

async function endLeftJobs(options: FleetManagerOptions): Promise<void> {
  await using manager = new FleetManager(options);
  try {
    await manager.initialize();
    await manager.cancelAll();
  } catch {
    // Its configuration, or its state, is broken on purpose: then nothing was started.
  }
}

const fleetFile = "herdctl.yaml";

// JSON is YAML.
function filesOf(
  { agents, fleet, files }: TestFleetOptions,
  workspace: (agentName: string) => string,
): Record<string, string> {
  const references = Object.keys(agents).map((name) => ({
    path: `agents/${name}.yaml`,
    overrides: { env: agentEnvironment(name) },
  }));
  const agentFiles = Object.entries(agents).map(([name, agent]) => [
    `agents/${name}.yaml`,
    typeof agent === "string"
      ? agent
      : JSON.stringify({ name, working_directory: workspace(name), ...agent }, undefined, 2),
  ]);
  return {
    [fleetFile]: JSON.stringify({ version: 1, ...fleet, agents: references }, undefined, 2),
    ...Object.fromEntries(agentFiles),
    ...files,
  };
}
