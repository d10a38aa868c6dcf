import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { type Logger, messageOf, silentLogger, type StopOptions } from "@herdctl/core";
import { createEventRing, type EventRing } from "../event-ring.ts";
import type { FleetTarget } from "../fleet-target.ts";
import { bindSocket } from "./bind-socket.ts";

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

/** Serves a fleet to other processes. */
export interface FleetServer {
  /**
   * Opens the control socket, usable by its owner only.
   *
   * @throws `STATE_LOCKED` when somebody answers there; `STATE_DIR` when it cannot be opened
   */
  listen(where: { readonly socketPath: string }): Promise<void>;
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
 * ```
 */
export function createFleetServer(
  fleet: FleetTarget,
  options: FleetServerOptions = {},
): FleetServer {
  const logger = options.logger ?? silentLogger;
  const closing = new AbortController();
  const ring = createEventRing(fleet);
  const server = createServer();

  const self: FleetServer = {
    async listen({ socketPath }) {
      const onStop =
        options.onStop ?? ((how) => void stopFleet(fleet, how, { server: self, logger }));
      const parts = { fleet, ring, logger, closing: closing.signal, onStop };
      server.on("request", await createListener(parts, options.heartbeat));
      await bindSocket(server, socketPath);
      // Such as too many open files: one client is turned away, the fleet goes on.
      server.on("error", (error) => logger.error(`the control socket: ${error.message}`));
    },
    async close() {
      ring.close();
      if (!server.listening) return closing.abort();
      const closed = once(server, "close");
      server.close();
      // Streams of a fleet that has stopped end by themselves: their readers are told that it is the end.
      await Promise.race([closed, delay(endingGrace)]);
      closing.abort();
      const impatience = setTimeout(() => server.closeAllConnections(), closingGrace);
      await closed;
      clearTimeout(impatience);
    },
  };
  return self;
}

interface ListenerParts {
  readonly fleet: FleetTarget;
  readonly ring: EventRing;
  readonly logger: Logger;
  readonly closing: AbortSignal;
  readonly onStop: (options: StopOptions) => void;
}

// Loaded here, so that a client does not pay for the server.
async function createListener(
  { fleet, ring, logger, closing, onStop }: ListenerParts,
  heartbeat = defaultHeartbeat,
): Promise<RequestListener> {
  const [{ getRequestListener }, { createApp }, operations, streams] = await Promise.all([
    import("@hono/node-server"),
    import("./app.ts"),
    import("./operation-handlers.ts"),
    import("./stream-handlers.ts"),
  ]);
  const app = createApp({
    operationHandlers: operations.createOperationHandlers(fleet, onStop),
    streamHandlers: streams.createStreamHandlers(fleet, ring),
    logger,
    closing,
    heartbeat,
  });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  return (incoming, outgoing) => void listener(incoming, outgoing);
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
