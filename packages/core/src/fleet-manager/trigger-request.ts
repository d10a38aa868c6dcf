import type { ResolvedAgent, ResolvedSchedule } from "../config/resolved.ts";
import type { FiringClaim } from "../state/store.ts";
import type { TriggerOptions } from "./types.ts";

/** A request for a job, whoever makes it. */
export interface TriggerRequest {
  readonly agent: ResolvedAgent;
  readonly schedule?: ResolvedSchedule;
  readonly options: TriggerOptions;
  /** The due instant that made it. */
  readonly fire?: FiringClaim;
}
