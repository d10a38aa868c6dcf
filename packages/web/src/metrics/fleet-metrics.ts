import { type Job, onStoreWrite } from "@herdctl/core";
import type { FleetTarget } from "../fleet-target.ts";
import type { HealthCheck } from "../health-check.ts";
import type { FleetEvent } from "../operations.ts";
import { measuredEvents, measureEvent, type Measurement } from "./measure-event.ts";
import type { Meters } from "./meters.ts";
import { readGauges } from "./read-gauges.ts";

/** Counts what happens in a fleet, from now on. */
export interface FleetMetrics {
  /** In the text format of Prometheus. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
  /** Counts a request that was not let in. */
  countRefusal(reason: string): void;
  /** Counts no more. */
  close(): void;
}

/** Counts from its making on; the library behind it is loaded when there is something to count. */
export function createFleetMetrics(fleet: FleetTarget, checkHealth: HealthCheck): FleetMetrics {
  let meters: Promise<Meters> | undefined;
  let stopConstant: (() => void) | undefined;
  const load = (): Promise<Meters> =>
    (meters ??= import("./meters.ts").then(({ createMeters }) => createMeters()));
  const add = (measurement: Measurement): void => {
    load()
      .then(measurement)
      // A number that cannot be counted harms nobody.
      .catch(() => undefined);
  };
  const stopEvents = takeMeasures(fleet, add);
  const render = async (): ReturnType<FleetMetrics["render"]> => {
    const loaded = await load();
    // Whoever never asks never pays for what is measured all the time.
    stopConstant ??= await measureConstantly(fleet, loaded);
    await readGauges(fleet, loaded, checkHealth);
    return { contentType: loaded.registry.contentType, text: await loaded.registry.metrics() };
  };
  let rendering: ReturnType<FleetMetrics["render"]> | undefined;
  return {
    // Two at once would set the same gauges.
    render: () =>
      (rendering ??= render().finally(() => {
        rendering = undefined;
      })),
    countRefusal: (reason) => add((loaded) => loaded.refusals.inc({ reason })),
    close() {
      stopEvents();
      stopConstant?.();
    },
  };
}

function takeMeasures(fleet: FleetTarget, add: (measurement: Measurement) => void): () => void {
  const since = Date.now();
  const findJob = (jobId: string): Job | undefined => jobOf(fleet, jobId);
  const removers = measuredEvents.map((type) => {
    const listener = (payload: object): void => {
      const measurement = measureEvent({ type, ...payload } as FleetEvent, { findJob, since });
      if (measurement) add(measurement);
    };
    fleet.on(type, listener);
    return () => fleet.off(type, listener);
  });
  return () => {
    for (const remove of removers) remove();
  };
}

function jobOf(fleet: FleetTarget, jobId: string): Job | undefined {
  try {
    return fleet.getJob(jobId);
  } catch {
    // Removed with the history already.
    return undefined;
  }
}

async function measureConstantly(fleet: FleetTarget, meters: Meters): Promise<() => void> {
  const { measureProcess } = await import("./meters.ts");
  measureProcess(meters);
  const { stateDir } = fleet.getStatus();
  return onStoreWrite((write) => {
    if (write.stateDir !== stateDir) return;
    if (write.isStored) meters.storeWriteSeconds.observe(write.durationMs / 1_000);
    else meters.storeWriteFailures.inc();
  });
}
