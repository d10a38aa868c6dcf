import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";

/** Milliseconds for an engine that is busy, or being restarted. */
const patienceMs = 15_000;
const pauseMs = 100;

/**
 * Ends a container of ours and everything in it, and resolves once it is gone, or the engine has not
 * answered for a while. Where it may be about to be made, two looks in a row must find nothing.
 */
export async function endContainer(
  name: string,
  { mayBegin }: { readonly mayBegin: boolean },
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  const wanted = mayBegin ? 2 : 1;
  for (let looks = 0; looks < wanted && performance.now() < deadline;) {
    looks = (await remove(name)) === "missing" ? looks + 1 : 0;
    if (looks < wanted) await delay(pauseMs);
  }
}

function remove(name: string): Promise<"missing" | "asked"> {
  return new Promise((resolve) => {
    execFile(
      "docker",
      ["rm", "--force", name],
      { timeout: patienceMs },
      (error, _stdout, stderr) => {
        const isMissing = /no such container/i.test(stderr);
        // Without the command there is no container either.
        const isAbsent = error !== null && "code" in error && error.code === "ENOENT";
        resolve(isMissing || isAbsent ? "missing" : "asked");
      },
    );
  });
}
