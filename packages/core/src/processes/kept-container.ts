import { setTimeout as delay } from "node:timers/promises";
import { askDocker } from "./ask-docker.ts";

/**
 * Command of a container that stays: what is orphaned in it is collected, and as its first process this
 * one outlives whatever a process in it sends to all others.
 */
export const keepAlive = "while :; do sleep 2147483647; done";

/**
 * Shell program that asks the claude in such a container to stop: what was started from outside has no
 * parent in there. It stands between single quotes in other programs, so it has none.
 */
export const interruptInside = `for place in /proc/[0-9]*; do
  pid=\${place#/proc/}
  [ "$pid" -gt 1 ] && [ "$pid" != $$ ] && IFS= read -r stat <"$place/stat" || continue
  set -- \${stat##*) }
  [ "$2" = 0 ] && kill -INT "$pid"
done 2>/dev/null`;

/** Milliseconds for an engine that is busy. */
const patienceMs = 15_000;

/** Asks the claude in a container that stays to stop: the `docker exec` that stands for it hands no signals on. */
export async function interruptInContainer(container: string): Promise<void> {
  await docker(["exec", container, "/bin/sh", "-c", interruptInside]);
}

/** Milliseconds for what was killed to be gone. */
const goneMs = 2_000;
const pauseMs = 50;

/** Ends all that runs in a container that stays; tells whether it is as it was when it was made. */
export async function emptyContainer(container: string): Promise<boolean> {
  const started = performance.now();
  // The shell spares itself and the first process.
  const killed = await docker(["exec", container, "/bin/sh", "-c", "kill -KILL -1"]);
  if (killed === undefined) return false;
  for (;;) {
    // Seen from outside: what is in there may lie about itself.
    const [table, commands] = await Promise.all([
      docker(["top", container, "-eo", "pid,ppid,comm"]),
      // One whose client was killed may be about to begin.
      docker(["inspect", "--format", "{{len .ExecIDs}}", container]),
    ]);
    if (table === undefined || commands === undefined) return false;
    if (isEmpty(table) && commands.trim() === "0") return true;
    if (performance.now() - started > goneMs) return false;
    await delay(pauseMs);
  }
}

/** Tells whether a table of processes shows the first one of a container and its `sleep` alone. */
export function isEmpty(table: string): boolean {
  const [, ...lines] = table.trim().split("\n");
  const rows = lines.map((line) => line.trim().split(/\s+/));
  const first = rows.find(([, parent]) => rows.every(([pid]) => pid !== parent));
  const isIdle = ([, parent, name]: readonly string[]): boolean =>
    parent === first?.[0] && name === "sleep";
  return (
    first !== undefined && rows.length <= 2 && rows.every((row) => row === first || isIdle(row))
  );
}

/** What `docker` printed; `undefined` where it failed. */
async function docker(args: readonly string[]): Promise<string | undefined> {
  const { exitCode, stdout } = await askDocker(args, { timeout: patienceMs });
  return exitCode === 0 ? stdout : undefined;
}
