import { existsSync } from "node:fs";
import {
  errorKindOf,
  type FleetManager,
  FleetManagerError,
  type FleetManagerOptions,
  type StateManager,
} from "@herdctl/core";
import {
  createFleetClient,
  type FleetAddress,
  type FleetOperations,
  probeDaemon,
} from "@herdctl/web";
import type { Context } from "./context.ts";
import type { GlobalOptions } from "./global-options.ts";
import { findPlace, findState, type StatePlace } from "./place.ts";
import { remoteAddress } from "./remote.ts";

/** A fleet to operate, wherever it lives; disposing lets go of it. */
export interface ConnectedFleet extends AsyncDisposable {
  readonly fleet: FleetOperations;
  /** A daemon runs it; otherwise its work happens in this process. */
  readonly isDaemon: boolean;
  /** That daemon is on the network: what it says of processes and files is not of this machine. */
  readonly isRemote: boolean;
}

/** What is known of jobs, of the log and of what was asked and used: all that a look back needs. */
export type History = Pick<
  FleetOperations,
  "getJobs" | "getJob" | "streamJobLines" | "streamLogs" | "getAudit" | "getUsage"
>;

/**
 * The daemon of the fleet, else the fleet opened in this process, for queries.
 *
 * @throws `STATE_DIR` when a state directory is named that does not exist: asking makes none
 */
export async function connectToRead(
  options: GlobalOptions,
  context: Context,
): Promise<ConnectedFleet> {
  const daemon = await connectToDaemon(options, context);
  if (daemon) return daemon;
  const { stateDir } = await findState(options, context);
  if (existsSync(stateDir)) return openToRead(options, context);
  if (options.state === undefined) return openLocally(options, context);
  throw new FleetManagerError(
    `There is no state directory ${stateDir}: no fleet has been started with it.`,
    { code: "STATE_DIR", context: { stateDir } },
  );
}

/**
 * The daemon of the fleet, else the fleet opened in this process, for work.
 *
 * @throws `STATE_LOCKED` when a program with an embedded fleet owns the state directory
 */
export async function connectToWrite(
  options: GlobalOptions,
  context: Context,
): Promise<ConnectedFleet> {
  const daemon = await connectToDaemon(options, context);
  if (daemon) return daemon;
  const locked = await embeddedOwner(await findState(options, context));
  if (locked) throw locked;
  return openLocally(options, context);
}

/** The daemon of the fleet, here or on the network, if one answers here. */
export async function connectToDaemon(
  options: GlobalOptions,
  context: Context,
): Promise<ConnectedFleet | undefined> {
  const remote = remoteAddress(options, context);
  return remote ? connect(remote) : connectToOwnDaemon(options, context);
}

/** The daemon of the fleet on this machine, if one answers. */
export async function connectToOwnDaemon(
  options: GlobalOptions,
  context: Context,
): Promise<ConnectedFleet | undefined> {
  const { socketPath } = await findState(options, context);
  return (await probeDaemon(socketPath)) ? connect({ socketPath }) : undefined;
}

function connect(address: FleetAddress): ConnectedFleet {
  const client = createFleetClient(address);
  return {
    fleet: client,
    isDaemon: true,
    isRemote: "url" in address,
    async [Symbol.asyncDispose]() {
      client.close();
    },
  };
}

/** Like {@link connectToRead}, and where the configuration is broken, the bare history. */
export async function connectToHistory(
  options: GlobalOptions,
  context: Context,
): Promise<{ readonly fleet: History } & AsyncDisposable> {
  try {
    return await connectToRead(options, context);
  } catch (error) {
    if (errorKindOf(error).code !== "CONFIGURATION_ERROR") throw error;
    return openHistory(options, context).catch(() => {
      throw error;
    });
  }
}

/** A look needs to write nothing, so it needs no right to. */
async function openToRead(options: GlobalOptions, context: Context): Promise<ConnectedFleet> {
  try {
    return await openLocally(options, context);
  } catch (error) {
    if (errorKindOf(error).code !== "STATE_DIR") throw error;
    return openLocally(options, context, { readOnly: true });
  }
}

async function openLocally(
  options: GlobalOptions,
  context: Context,
  how?: OpenOptions,
): Promise<ConnectedFleet> {
  const [manager, { localOperations }] = await Promise.all([
    openManager(options, context, how),
    import("@herdctl/web"),
  ]);
  return {
    fleet: localOperations(manager),
    isDaemon: false,
    isRemote: false,
    [Symbol.asyncDispose]: () => manager[Symbol.asyncDispose](),
  };
}

type OpenOptions = Pick<FleetManagerOptions, "readOnly">;

async function openManager(
  options: GlobalOptions,
  context: Context,
  how: OpenOptions = {},
): Promise<FleetManager> {
  const place = await findPlace(options, context);
  const [{ FleetManager }, { fleetOptions }] = await Promise.all([
    import("@herdctl/core"),
    import("./fleet-options.ts"),
  ]);
  const manager = new FleetManager({ ...fleetOptions(place, context), ...how });
  await manager.initialize();
  return manager;
}

async function openHistory(
  options: GlobalOptions,
  context: Context,
): Promise<{ readonly fleet: History } & AsyncDisposable> {
  const { stateDir } = await findState(options, context);
  const { openJobHistory } = await import("@herdctl/core");
  const history = await openJobHistory({ stateDir, env: context.env });
  return {
    fleet: {
      getJobs: async (filter) => history.getJobPage(filter),
      getJob: async (id) => history.getJob(id),
      streamJobLines: (id, lines) => history.streamJobLines(id, lines),
      streamLogs: (log) => history.streamLogs(log),
      getAudit: async (filter) => history.getAudit(filter),
      getUsage: async (filter) => history.getUsage(filter),
    },
    [Symbol.asyncDispose]: () => history[Symbol.asyncDispose](),
  };
}

/** The error that stands for a fleet which runs without a control socket, where there is one. */
export async function embeddedOwner({
  stateDir,
}: StatePlace): Promise<FleetManagerError | undefined> {
  const owner = await lockOwner(stateDir);
  if (!owner) return undefined;
  const who = owner.pid === 0 ? "Another process" : `Process ${owner.pid}`;
  return new FleetManagerError(
    `${who} runs the fleet of ${stateDir} without a control socket: a program with an embedded ` +
      "fleet, or a daemon that is just starting or stopping. Steer it there, try again in a " +
      "moment, or choose another directory with --state.",
    { code: "STATE_LOCKED", context: { stateDir, owner } },
  );
}

async function lockOwner(stateDir: string): Promise<ReturnType<StateManager["lockOwner"]>> {
  const { StateManager } = await import("@herdctl/core");
  let state: StateManager;
  try {
    state = await StateManager.open({ stateDir, readOnly: true });
  } catch {
    // Without a readable state directory nobody runs a fleet in it; whoever needs it says the rest.
    return undefined;
  }
  const owner = state.lockOwner();
  await state.close();
  return owner;
}
