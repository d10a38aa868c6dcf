import { type FileHandle, open } from "node:fs/promises";
import { connect } from "node:net";
import { basename, dirname, join } from "node:path";
import { longestSocketPath } from "./socket-path.ts";

/** A path by which the system takes a socket, valid until it is disposed of. */
export interface ShortPath extends AsyncDisposable {
  readonly path: string;
}

/**
 * A path of this socket that is short enough for the system: by way of its open folder, where its own
 * path is too long and the system has `/proc`.
 */
export async function openShortPath(socketPath: string): Promise<ShortPath> {
  if (process.platform !== "linux" || Buffer.byteLength(socketPath) <= longestSocketPath) {
    return { path: socketPath, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const folder: FileHandle = await open(dirname(socketPath), "r");
  return {
    path: join("/proc/self/fd", String(folder.fd), basename(socketPath)),
    [Symbol.asyncDispose]: () => folder.close(),
  };
}

/** Tells whether anybody listens at a socket. */
export async function isListening(socketPath: string): Promise<boolean> {
  await using short = await openShortPath(socketPath);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(short.path);
  socket.once("connect", () => resolve(true));
  socket.once("error", () => resolve(false));
  const isThere = await promise;
  socket.destroy();
  return isThere;
}
