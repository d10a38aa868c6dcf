import type { FleetManager } from "@herdctl/core";
import { type FleetServer, probeDaemon, type TcpService } from "@herdctl/web";
import { InvalidArgumentError, Option } from "commander";
import type { Context } from "./context.ts";
import { commandPrefix, type GlobalOptions } from "./global-options.ts";
import type { Place } from "./place.ts";
import { usageError } from "./usage-error.ts";

/** Options of `herdctl start` about TCP. */
export interface WebOptions {
  readonly web?: boolean;
  readonly host?: string;
  readonly port?: number;
}

/** `--port` */
export function portOption(): Option {
  return new Option(
    "--port <port>",
    "port to serve it on (default: `web.port`, else 3232)",
  ).argParser((text) => {
    if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
    throw new InvalidArgumentError("Give a port from 0 to 65535; 0 is any that is free.");
  });
}

/** A port that is open. */
interface OpenPort {
  /** Says where it is, and its tokens where they are new and a person watches: nothing else shows them. */
  introduce(context: Context, options: GlobalOptions): void;
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
  { options, place }: { readonly options: WebOptions; readonly place: Place },
): Promise<OpenPort | undefined> {
  const configured = manager.getWeb();
  if (!(options.web ?? configured.enabled)) {
    if (options.host === undefined && options.port === undefined) return undefined;
    throw usageError("--host and --port say where to serve the API: they need --web.");
  }
  if (await probeDaemon(place.socketPath)) return undefined;
  const { host = configured.host, port = configured.port } = options;
  const { allowedHosts } = configured;
  const service = await server.listenTcp({ host, port, stateDir: place.stateDir, allowedHosts });
  return { introduce: (context, global) => introduce(service, context, { manager, global }) };
}

function introduce(
  { url, newTokens }: TcpService,
  { output, program }: Context,
  { manager, global }: { readonly manager: FleetManager; readonly global: GlobalOptions },
): void {
  manager.on("config:reloaded", ({ changes }) => {
    const changed = changes.some((change) => change.startsWith("fleet:web:"));
    if (changed) output.note("What has changed in `web` takes effect at the next start.");
  });
  if (!global.json) output.print(output.style("dim", `HTTP API ${url}`));
  if (!newTokens) return;
  if (output.isTerminal && !global.json) {
    output.print(`\nTokens to come in with, shown once:\n  everything     ${newTokens.full}`);
    output.print(`  looking only   ${newTokens.readOnly}\n`);
  } else {
    output.note(`Its tokens are new: \`${commandPrefix(global, { program })} token show\``);
  }
}
