import type { ResolvedSchedule } from "../config/resolved.ts";
import { mostCaughtUp, type Timetable } from "./timetable.ts";

/** What to do about the instants that have come due. */
export interface DuePlan {
  /** The instants to fire now, oldest first. */
  readonly fires: readonly DueFire[];
  /** Instants before them that passed without anybody to fire them. */
  readonly missed?: { readonly from: number; readonly until: number; readonly count: number };
  /** Every instant up to here is one of the above. */
  readonly covered: number;
}

/** A due instant that fires. */
export interface DueFire {
  readonly due: number;
  /** It comes so late that it is caught up, not on time. */
  readonly late: boolean;
}

/** How a schedule makes up for lost time. */
export type CatchUpPolicy = Pick<ResolvedSchedule, "catchUp" | "catchUpWindow">;

// Timers and group commits take a while, and a busy machine longer.
const onTime = 5_000;

/** Decides what happens to the instants in `(after, now]` whose jitter is over. */
export function planDue(
  timetable: Timetable,
  policy: CatchUpPolicy,
  { after, now }: { readonly after: number; readonly now: number },
): DuePlan {
  const due = ripeBetween(timetable, after, now);
  const last = due?.tail.at(-1);
  if (!due || last === undefined) return { fires: [], covered: after };
  // A look that did not reach the present saw only old instants.
  const chosen = due.more ? [] : choose(due.tail, policy, (at) => now - timetable.fireTime(at));
  const fires = chosen.map((at) => ({ due: at, late: isLate(now - timetable.fireTime(at)) }));
  const count = due.count - fires.length;
  if (count === 0) return { fires, covered: last };
  const until = due.tail.at(-1 - fires.length) ?? due.first;
  return { fires, missed: { from: due.first, until, count }, covered: last };
}

/** Tells whether an instant that fires only now is worth it. */
export function isWorthFiring(policy: CatchUpPolicy, lateness: number): boolean {
  return lateness <= (policy.catchUp === "skip" ? onTime : Math.max(policy.catchUpWindow, onTime));
}

/** Tells whether an instant that fires only now is caught up rather than on time. */
export function isLate(lateness: number): boolean {
  return lateness > onTime;
}

function choose(
  tail: readonly number[],
  policy: CatchUpPolicy,
  latenessOf: (due: number) => number,
): readonly number[] {
  const most = policy.catchUp === "all" ? mostCaughtUp : 1;
  return tail.slice(-most).filter((due) => isWorthFiring(policy, latenessOf(due)));
}

// Only the last instant can still be waiting for its jitter: that of the others ended before the next.
function ripeBetween(
  timetable: Timetable,
  after: number,
  now: number,
): ReturnType<Timetable["between"]> {
  const due = timetable.between(after, now);
  const last = due?.tail.at(-1);
  if (last === undefined || timetable.fireTime(last) <= now) return due;
  return timetable.between(after, last - 1);
}
