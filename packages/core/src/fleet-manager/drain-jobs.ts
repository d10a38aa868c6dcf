import { cancelJob } from "./control.ts";
import type { Fleet } from "./fleet.ts";
import type { StopOptions } from "./types.ts";

const defaultTimeout = 30_000;
// Reading stops at once; a claude that has just been started is recorded first.
const leaveDeadline = 5_000;

/** Waits for this process's jobs, whatever triggered them; past the timeout they are cancelled. */
export async function drainJobs(fleet: Fleet, options: StopOptions): Promise<void> {
  const asked = options.waitForJobs === false ? 0 : (options.timeout ?? defaultTimeout);
  const timeout = options.leaveRunning ? Math.max(asked, leaveDeadline) : asked;
  const waiting = new AbortController();
  const report = (): void => options.onProgress?.({ pendingJobs: fleet.running.size });
  const stopReporting = fleet.watch.onChange(report);
  report();
  try {
    if (options.leaveRunning) leaveToThemselves(fleet);
    if (timeout > 0) {
      await Promise.race([
        allEnded(fleet),
        fleet.clock.sleep(timeout, waiting.signal).catch(() => undefined),
      ]);
    }
    const left = [...fleet.running.values()];
    await Promise.all(
      left.map(({ record, ended }) => cancelJob(fleet, record.id, "shutdown").catch(() => ended)),
    );
    await allEnded(fleet);
  } finally {
    waiting.abort();
    stopReporting();
  }
}

function leaveToThemselves(fleet: Fleet): void {
  for (const { record, leave } of fleet.running.values()) {
    if (record.runtime === "cli") leave.abort();
  }
}

async function allEnded(fleet: Fleet): Promise<void> {
  await Promise.all([...fleet.running.values()].map(({ ended }) => ended));
}
