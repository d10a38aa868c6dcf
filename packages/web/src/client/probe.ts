import { connect } from "node:net";

// The kernel accepts for a busy daemon too: longer than this means that nobody does.
const longestProbe = 1_000;

/** Tells whether a daemon lives behind this socket, without asking it anything. */
export function probeDaemon(socketPath: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(socketPath);
  const settle = (alive: boolean) => (): void => {
    socket.destroy();
    resolve(alive);
  };
  socket.setTimeout(longestProbe, settle(false));
  socket.once("connect", settle(true));
  socket.once("error", settle(false));
  return promise;
}
