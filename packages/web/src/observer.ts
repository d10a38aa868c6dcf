import type { FleetTarget } from "./fleet-target.ts";
import { createHealthCheck, type HealthCheck } from "./health-check.ts";
import { createFleetMetrics, type FleetMetrics } from "./metrics/fleet-metrics.ts";

/** Watches over a fleet for programs that do so. */
export interface Observer {
  readonly checkHealth: HealthCheck;
  readonly metrics: FleetMetrics;
  close(): void;
}

/** Observes a fleet from now on. */
export function observeFleet(fleet: FleetTarget): Observer {
  const checkHealth = createHealthCheck(fleet);
  const metrics = createFleetMetrics(fleet, checkHealth);
  return { checkHealth, metrics, close: () => metrics.close() };
}
