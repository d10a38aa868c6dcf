import { cancelJob } from "./control.ts";
import type { Fleet } from "./fleet.ts";
import type { StopOptions } from "./types.ts";

const defaultTimeout = 30_000;

/** Waits for this process's jobs, whatever triggered them; past the timeout they are cancelled. */
export async function drainJobs(fleet: Fleet, options: StopOptions): Promise<void> {
  const timeout = options.waitForJobs === false ? 0 : (options.timeout ?? defaultTimeout);
  const waiting = new AbortController();
  const report = (): void => options.onProgress?.({ pendingJobs: fleet.running.size });
  const stopReporting = fleet.watch.onChange(report);
  report();
  try {
    if (options.leaveRunning) await leaveToThemselves(fleet);
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

async function leaveToThemselves(fleet: Fleet): Promise<void> {
  const able = [...fleet.running.values()].filter(({ record }) => record.runtime === "cli");
  for (const { leave } of able) leave.abort();
  // What runs hooks or checks by now ends by itself.
  await Promise.all(able.map(({ ended }) => ended));
}

async function allEnded(fleet: Fleet): Promise<void> {
  await Promise.all([...fleet.running.values()].map(({ ended }) => ended));
}
