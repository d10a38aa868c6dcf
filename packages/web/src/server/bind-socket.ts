import { once } from "node:events";
import { lstatSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { FleetManagerError } from "@herdctl/core";
import { probeDaemon } from "../client/probe.ts";

/**
 * Binds a server to a unix socket that only its owner may use. The file of a server that has died is
 * replaced; one that answers is left alone.
 *
 * @throws `STATE_LOCKED` when somebody answers there; `STATE_DIR` when the path cannot be bound
 */
export async function bindSocket(server: Server, socketPath: string): Promise<void> {
  const first = await tryBind(server, socketPath);
  if (first === undefined) return;
  if (first.code !== "EADDRINUSE") throw cannotBind(socketPath, first.message);
  if (await probeDaemon(socketPath)) throw answered(socketPath);
  removeStale(socketPath);
  const second = await tryBind(server, socketPath);
  if (second?.code === "EADDRINUSE") throw answered(socketPath);
  if (second) throw cannotBind(socketPath, second.message);
}

async function tryBind(
  server: Server,
  socketPath: string,
): Promise<NodeJS.ErrnoException | undefined> {
  const bound = once(server, "listening");
  // The file is made within this call, so it is never open to others, not even for an instant.
  const previous = process.umask(0o177);
  try {
    server.listen(socketPath);
  } finally {
    process.umask(previous);
  }
  try {
    await bound;
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

function removeStale(socketPath: string): void {
  const found = lstatSync(socketPath, { throwIfNoEntry: false });
  if (found && !found.isSocket()) {
    throw cannotBind(socketPath, "there is a file in its place that is not a socket");
  }
  rmSync(socketPath, { force: true });
}

function answered(socketPath: string): FleetManagerError {
  return new FleetManagerError(`Another daemon answers on ${socketPath}.`, {
    code: "STATE_LOCKED",
    context: { socketPath },
  });
}

function cannotBind(socketPath: string, reason: string): FleetManagerError {
  return new FleetManagerError(`The control socket ${socketPath} cannot be opened: ${reason}.`, {
    code: "STATE_DIR",
    context: { socketPath },
  });
}
