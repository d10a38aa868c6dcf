import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { isIPv6 } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import {
  type AccessTokens,
  ensureAccessTokens,
  type Logger,
  messageOf,
  silentLogger,
  type StopOptions,
} from "@herdctl/core";
import type { Hono } from "hono";
import { createEventRing, type EventRing } from "../event-ring.ts";
import { OpenConversations } from "../conversations/open-conversations.ts";
import type { FleetTarget } from "../fleet-target.ts";
import { observeFleet, type Observer } from "../observer.ts";
import type { AppEnv, AppParts } from "./app.ts";
import { bindSocket } from "./bind-socket.ts";
import { bindTcp } from "./bind-tcp.ts";
import { createTcpServer } from "./create-tcp-server.ts";
import { addOpenApi } from "./openapi-route.ts";

/** Options of {@link createFleetServer}. */
export interface FleetServerOptions {
  readonly logger?: Logger;
  /**
   * Called when a client asks for the end of the fleet; the client waits until the socket is gone.
   * Default: stops the fleet, then closes the server.
   */
  readonly onStop?: (options: StopOptions) => void;
  /**
   * Milliseconds between two signs of life in a stream; a reader that takes nothing for as long is
   * dropped (default 15,000).
   */
  readonly heartbeat?: number;
}

/** Where to serve a fleet over TCP. */
export interface TcpOptions {
  /** `localhost`, another name of this machine, or an address; `0.0.0.0` and `::` are all of them. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Where the tokens are; there are none yet: two are made. */
  readonly stateDir: string;
  /** Names under which clients may come, beside `host`, `localhost` and addresses. */
  readonly allowedHosts?: readonly string[];
}

/** A fleet that is served over TCP. */
export interface TcpService {
  readonly url: string;
  /** Present when they were made just now. */
  readonly newTokens?: AccessTokens;
}

/** Serves a fleet to other processes. */
export interface FleetServer {
  /**
   * Opens the control socket, usable by its owner only.
   *
   * @throws `STATE_LOCKED` when somebody answers there; `STATE_DIR` when it cannot be opened
   */
  listen(where: { readonly socketPath: string }): Promise<void>;
  /**
   * Opens a TCP port, usable by whoever has a token of the state directory; there is no way without.
   *
   * @throws `WEB_ADDRESS` when the place is taken or forbidden; `STATE_DIR` for tokens that cannot be read
   */
  listenTcp(options: TcpOptions): Promise<TcpService>;
  /** Ends streams and waits, answers what is under way, removes the socket. */
  close(): Promise<void>;
}

// Streams whose source has ended have this long to say so, milliseconds.
const endingGrace = 250;
// What is under way when the server closes has this long, milliseconds.
const closingGrace = 500;
const defaultHeartbeat = 15_000;

/**
 * Makes the HTTP API of a fleet.
 *
 * @example
 * ```ts
 * const server = createFleetServer(fleet);
 * await server.listen({ socketPath: ".herdctl/herdctl.sock" });
 * const { url } = await server.listenTcp({ host: "localhost", port: 3232, stateDir: ".herdctl" });
 * ```
 */
export function createFleetServer(
  fleet: FleetTarget,
  options: FleetServerOptions = {},
): FleetServer {
  const { logger = silentLogger, heartbeat = defaultHeartbeat } = options;
  const closing = new AbortController();
  const ring = createEventRing(fleet);
  const observer = observeFleet(fleet);
  const conversations = new OpenConversations(fleet);
  const open: Server[] = [];
  const keep = (server: Server, name: string): void => {
    open.push(server);
    // Such as too many open files: one client is turned away, the fleet goes on.
    server.on("error", (error) => logger.error(`${name}: ${error.message}`));
  };

  const self: FleetServer = {
    async listen({ socketPath }) {
      const { createSocketListener } = await import("./listeners.ts");
      const server = createServer(createSocketListener(await api()));
      await bindSocket(server, socketPath);
      keep(server, "the control socket");
    },
    async listenTcp({ host, port, stateDir, allowedHosts = [] }) {
      const { createTcpListener } = await import("./listeners.ts");
      const { tokens, created } = ensureAccessTokens(stateDir);
      const ownNames = new Set([host, ...allowedHosts].map((name) => name.toLowerCase()));
      const conceal = (values: readonly string[]): void => fleet.conceal(values);
      const listener = createTcpListener(await api(), {
        stateDir,
        ownNames,
        conceal,
        logger,
        count: (reason) => observer.metrics.countRefusal(reason),
        record: (note) => fleet.recordInAudit(note),
        closing: closing.signal,
      });
      const bound = await bindTcp(() => createTcpServer(listener), { host, port });
      for (const server of bound.servers) keep(server, `the port ${bound.port}`);
      return { url: urlOf(host, bound.port), ...(created && { newTokens: tokens }) };
    },
    async close() {
      ring.close();
      observer.close();
      await conversations.closeAll();
      await closeAll(open.splice(0), closing);
    },
  };

  let made: Promise<Hono<AppEnv>> | undefined;
  const onStop = options.onStop ?? ((how) => void stopFleet(fleet, how, { server: self, logger }));
  const known = {
    fleet,
    ring,
    observer,
    conversations,
    logger,
    heartbeat,
    closing: closing.signal,
  };
  const api = (): Promise<Hono<AppEnv>> => (made ??= createApi({ ...known, onStop }));
  return self;
}

async function closeAll(servers: readonly Server[], closing: AbortController): Promise<void> {
  const closed = Promise.all(servers.map((server) => once(server, "close")));
  for (const server of servers) server.close();
  // Streams of a fleet that has stopped end by themselves: their readers are told that it is the end.
  if (servers.length > 0) await Promise.race([closed, delay(endingGrace)]);
  closing.abort();
  const impatience = setTimeout(() => {
    for (const server of servers) server.closeAllConnections();
  }, closingGrace);
  await closed;
  clearTimeout(impatience);
}

function urlOf(host: string, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

interface ApiParts extends Omit<AppParts, "operationHandlers" | "streamHandlers" | "version"> {
  readonly fleet: FleetTarget;
  readonly ring: EventRing;
  readonly conversations: OpenConversations;
  readonly observer: Observer;
  readonly onStop: (options: StopOptions) => void;
}

// Loaded here, so that a client does not pay for the server.
async function createApi({
  fleet,
  ring,
  conversations,
  observer,
  onStop,
  ...rest
}: ApiParts): Promise<Hono<AppEnv>> {
  const [{ createApp }, operations, streams, observers] = await Promise.all([
    import("./app.ts"),
    import("./operation-handlers.ts"),
    import("./stream-handlers.ts"),
    import("./observer-routes.ts"),
  ]);
  const app = createApp({
    operationHandlers: operations.createOperationHandlers({ fleet, conversations, onStop }),
    streamHandlers: streams.createStreamHandlers({ fleet, ring, conversations }),
    version: () => fleet.getVersion(),
    ...rest,
  });
  addOpenApi(app);
  return app.route("/", observers.createObserverRoutes({ fleet, ...observer, ...rest }));
}

async function stopFleet(
  fleet: FleetTarget,
  options: StopOptions,
  { server, logger }: { readonly server: FleetServer; readonly logger: Logger },
): Promise<void> {
  try {
    await fleet.stop(options);
    await server.close();
  } catch (error) {
    logger.error(`the fleet could not be stopped: ${messageOf(error)}`);
  }
}
