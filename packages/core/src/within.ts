import { setTimeout as delay } from "node:timers/promises";

/** What a promise resolves with; `undefined` where that takes longer. Leaves no timer behind. */
export async function within<T>(ms: number, value: Promise<T>): Promise<T | undefined> {
  const timer = new AbortController();
  const elapsed = delay(ms, undefined, { signal: timer.signal }).catch(() => undefined);
  try {
    return await Promise.race([value, elapsed]);
  } finally {
    timer.abort();
  }
}
