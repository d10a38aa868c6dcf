import type { ResolvedWorkSource } from "../config/resolved.ts";
import type { ClaimStore } from "../state/claim-store.ts";
import type { ClaimedItem } from "../state/job-record.ts";
import type { JobHold } from "../state/store.ts";
import { createWorkSource } from "./registry.ts";

/** Tells whether anything waits that nobody works on. */
export async function hasFreeItem(
  source: ResolvedWorkSource,
  claims: Pick<ClaimStore, "claimed">,
): Promise<boolean> {
  const items = await createWorkSource(source).list();
  const claimed = claims.claimed();
  return items.some(({ key }) => !claimed.has(key));
}

/**
 * Claims the first item that waits for a job, and reads it. A job that holds one already gets that
 * one again. `undefined`: there is no work.
 */
export async function takeItem(
  source: ResolvedWorkSource,
  claims: ClaimStore,
  hold: JobHold,
): Promise<ClaimedItem | undefined> {
  const workSource = createWorkSource(source);
  const items = await workSource.list();
  const own = claims.ofJob(hold.id);
  const claimed = claims.claimed();
  const free = own
    ? items.filter(({ key }) => key === own.key)
    : items.filter(({ key }) => !claimed.has(key));
  for (const { key, id } of free) {
    // Another process may have been quicker.
    if (!(await claims.claim(hold, { key, itemId: id, source }))) continue;
    const item = await workSource.claim({ key, id });
    if (item) return item;
    await claims.settle({ key, jobId: hold.id }, 0);
  }
  return undefined;
}
