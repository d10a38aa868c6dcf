import type { JobRecord } from "../state/job-record.ts";
import type { Fleet } from "./fleet.ts";

/** Milliseconds that an owner is believed without a sign of life. */
export const leaseMs = 60_000;

/** Until when this process is believed to own what it takes now. */
export function leaseEnd({ clock }: Pick<Fleet, "clock">): string {
  return new Date(clock.now() + leaseMs).toISOString();
}

/** Makes a running job without an owner this process's own. `undefined`: somebody else was first. */
export function takeJob(
  fleet: Pick<Fleet, "clock" | "node" | "store">,
  { id, fence }: JobRecord,
): Promise<JobRecord | undefined> {
  return fleet.store.jobs.takeOver(
    { id, fence },
    { node: fleet.node, leaseUntil: leaseEnd(fleet) },
  );
}
