import type { JobRecord } from "../state/job-record.ts";
import type { Parking } from "./end-attempt.ts";
import type { Fleet } from "./fleet.ts";

// A job that takes herdctl down each time it starts must end some time.
const mostLost = 5;

/**
 * The wait of a job whose owner ended before claude began: nothing is done twice. `undefined`: that
 * has happened too often.
 */
export function startAnew(
  { clock }: Pick<Fleet, "clock">,
  { startsLost = 0 }: JobRecord,
): Parking | undefined {
  if (startsLost >= mostLost) return undefined;
  return {
    waitingFor: "retry",
    wakeAt: new Date(clock.now()).toISOString(),
    reason: "herdctl ended before claude could begin",
    startsLost: startsLost + 1,
  };
}
