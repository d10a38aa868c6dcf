import type { FleetManager } from "@herdctl/core";
import { type FleetServer, probeDaemon, type TcpService } from "@herdctl/web";
import type { Place } from "./place.ts";
import { describeLaterChanges } from "./render/later-changes.ts";
import type { Output } from "./terminal/output.ts";
import { usageError } from "./usage-error.ts";

/** Options of `herdctl start` about TCP. */
export interface WebOptions {
  readonly web?: boolean;
  readonly host?: string;
  readonly port?: number;
}

interface WebParts {
  readonly options: WebOptions;
  readonly place: Place;
  readonly output: Output;
}

/**
 * Opens the port that the command line or the fleet file asks for, if one does. Before the fleet starts,
 * so that without its port nothing runs; but not where a daemon runs already, which is what is wrong then.
 *
 * @throws `WEB_ADDRESS` when it cannot be opened
 */
export async function serveWeb(
  manager: FleetManager,
  server: FleetServer,
  { options, place, output }: WebParts,
): Promise<TcpService | undefined> {
  manager.on("config:reloaded", ({ changes }) => {
    const later = describeLaterChanges(changes);
    if (later !== undefined) output.note(later);
  });
  const configured = manager.getWeb();
  if (!(options.web ?? configured.enabled)) {
    if (options.host === undefined && options.port === undefined) return undefined;
    throw usageError("--host and --port say where to serve the API: they need --web.");
  }
  if (await probeDaemon(place.socketPath)) return undefined;
  const { host = configured.host, port = configured.port } = options;
  const { allowedHosts } = configured;
  return server.listenTcp({ host, port, stateDir: place.stateDir, allowedHosts });
}
