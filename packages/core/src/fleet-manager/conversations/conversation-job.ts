import { FleetManagerError } from "../../errors.ts";
import type { Turns } from "../../runner/turn-feed.ts";
import type { JobRecord } from "../../state/job-record.ts";
import type { FinishJob } from "../../state/store.ts";
import type { Parking } from "../end-attempt.ts";
import type { Fleet } from "../fleet.ts";

/** What the job of a conversation asks in place of its prompt; nothing for any other job. */
export function turnsOf(fleet: Fleet, record: JobRecord): { readonly turns?: Turns } {
  if (!record.conversation) return {};
  const live = fleet.conversations.get(record.id);
  if (live) return { turns: live.turns };
  throw new FleetManagerError(`The conversation of job ${record.id} is closed.`, {
    code: "INVALID_STATE",
    context: { jobId: record.id },
  });
}

/** The end of a conversation's job whose session has a live process elsewhere: nobody waits for that. */
export function sessionInUse({ reason }: Parking): FinishJob {
  return {
    status: "failed",
    exitReason: "error",
    error: { message: `The conversation cannot go on now: ${reason}.`, code: "SESSION_BUSY" },
  };
}
