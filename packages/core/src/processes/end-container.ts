import { setTimeout as delay } from "node:timers/promises";
import { askDocker } from "./ask-docker.ts";

/** Milliseconds for an engine that is busy. */
const patienceMs = 15_000;
/** Milliseconds for an engine that does not answer: when it starts again, it ends its containers. */
const silenceMs = 2_000;
const pauseMs = 100;

/**
 * Ends a container of ours and everything in it, and resolves once it is gone, or the engine has not
 * answered for a while. Where it may be about to be made, two looks in a row must find nothing.
 */
export async function endContainer(
  name: string,
  { mayBegin }: { readonly mayBegin: boolean },
): Promise<void> {
  const started = performance.now();
  const wanted = mayBegin ? 2 : 1;
  for (let missing = 0; missing < wanted;) {
    const found = await remove(name);
    missing = found === "missing" ? missing + 1 : 0;
    const patience = found === "silent" ? silenceMs : patienceMs;
    if (missing === wanted || performance.now() - started > patience) return;
    await delay(pauseMs);
  }
}

async function remove(name: string): Promise<"missing" | "asked" | "silent"> {
  const { stderr } = await askDocker(["rm", "--force", name], { timeout: patienceMs });
  // Without the command there is no container either.
  if (/no such container|docker: not found/i.test(stderr)) return "missing";
  return /connect/i.test(stderr) ? "silent" : "asked";
}
