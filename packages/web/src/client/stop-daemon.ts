import { setTimeout as delay } from "node:timers/promises";
import { FleetManagerError, type StopOptions } from "@herdctl/core";
import { type Connection, endDeadline } from "./connection.ts";
import { resumeStream } from "./resume-stream.ts";
import { isRefused } from "./transport.ts";

const defaultTimeout = 30_000;
const pollInterval = 50;
// A proxy may keep the beginning of a stream to itself.
const longestOpening = 5_000;

const nothing = { params: {}, query: {}, body: {} };

/**
 * Stops the fleet of a daemon; resolves once it has stopped. On this machine a control socket without a
 * listener says so. On the network that says nothing of the daemon, nor does a proxy's word: there it is
 * the daemon's own last word, or another process in its place.
 *
 * @throws `DAEMON_UNREACHABLE` when it was asked to stop and cannot be asked any more whether it has;
 * `TIMEOUT` when it has not
 */
export async function stopDaemon(connection: Connection, options: StopOptions = {}): Promise<void> {
  const { onProgress, ...body } = options;
  const { pid } = await connection.call("getStatus", nothing);
  const graceful = body.waitForJobs === false ? 0 : (body.timeout ?? defaultTimeout);
  const over = new AbortController();
  const { signal } = over;
  try {
    const said = connection.isRemote ? await listen(connection, signal) : undefined;
    await connection.call("stop", { ...nothing, body });
    const watch = { pid, deadline: performance.now() + graceful + endDeadline, onProgress, signal };
    const gone = watchEnd(connection, watch);
    await (said ? Promise.race([said.stopped, gone]) : gone);
  } finally {
    over.abort();
  }
}

/** Listens to the fleet; `stopped` resolves once it says so, and else never settles. */
async function listen(
  connection: Connection,
  signal: AbortSignal,
): Promise<{ readonly stopped: Promise<void> }> {
  const opened = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  const read = async (): Promise<void> => {
    const options = { input: nothing, signal, onOpen: opened.resolve };
    for await (const { type } of resumeStream(connection, "streamEvents", options)) {
      if (type === "stopped") stopped.resolve();
    }
  };
  // Whoever cannot listen looks only.
  const reading = read().catch(() => undefined);
  await Promise.race([opened.promise, reading, delay(longestOpening, undefined, { ref: false })]);
  return { stopped: stopped.promise };
}

interface Watch {
  readonly pid: number;
  /** By `performance.now()`. */
  readonly deadline: number;
  readonly onProgress: StopOptions["onProgress"];
  readonly signal: AbortSignal;
}

/** Asks for the status until it shows that the daemon is gone. */
async function watchEnd(
  connection: Connection,
  { pid, deadline, onProgress, signal }: Watch,
): Promise<void> {
  let silence: { readonly since: number; readonly error: FleetManagerError } | undefined;
  while (performance.now() < deadline) {
    const seen = await look(connection, pid, signal);
    if (seen === "gone") return;
    if (typeof seen === "number") onProgress?.({ pendingJobs: seen });
    const now = performance.now();
    silence = seen instanceof Error ? { since: silence?.since ?? now, error: seen } : undefined;
    if (silence && now - silence.since >= connection.patience.absence) break;
    await delay(pollInterval, undefined, { signal });
  }
  if (silence) throw unknownEnd(pid, silence.error);
  throw new FleetManagerError(`The daemon (process ${pid}) has not stopped.`, {
    code: "TIMEOUT",
    context: { pid },
  });
}

/** Jobs that a stopping daemon waits for, or why it cannot be asked; `undefined`: it is too far down to say. */
async function look(
  { call, isRemote }: Connection,
  pid: number,
  signal: AbortSignal,
): Promise<number | "gone" | FleetManagerError | undefined> {
  try {
    const status = await call("getStatus", nothing, { signal });
    return status.pid === pid ? status.jobs.active : "gone";
  } catch (error) {
    if (!(error instanceof FleetManagerError)) throw error;
    if (!isRemote && isRefused(error)) return "gone";
    return error.code === "DAEMON_UNREACHABLE" || error.code === "TIMEOUT" ? error : undefined;
  }
}

function unknownEnd(pid: number, cause: FleetManagerError): FleetManagerError {
  return new FleetManagerError(
    `The daemon (process ${pid}) was asked to stop. Whether it has is not known: ${cause.message}`,
    { code: "DAEMON_UNREACHABLE", context: { ...cause.context, pid }, cause },
  );
}
