/** Source of time: injected everywhere, so that tests move it by hand. */
export interface Clock {
  /** Milliseconds since the epoch, on the wall clock. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

// setTimeout fires at once for delays over 2^31-1 ms.
const longestTimer = 2 ** 31 - 1;

/** The machine's clock. Its timers keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    for (let left = ms; left >= 0; left -= longestTimer) {
      await sleepOnce(Math.min(left, longestTimer), signal);
    }
  },
};

function sleepOnce(ms: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (signal?.aborted) {
    reject(signal.reason);
    return promise;
  }
  const timer = setTimeout(done, ms);
  signal?.addEventListener("abort", done, { once: true });
  function done(): void {
    clearTimeout(timer);
    signal?.removeEventListener("abort", done);
    if (signal?.aborted) reject(signal.reason);
    else resolve();
  }
  return promise;
}
