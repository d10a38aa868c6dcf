import { clockJumps } from "./clock-jumps.ts";
import { earlySigterm } from "./early-sigterm.ts";
import { fullDisk } from "./full-disk.ts";
import { readOnlyState } from "./read-only-state.ts";
import { sameSecond } from "./same-second.ts";
import type { Scenario } from "./scenario.ts";
import { twoDaemons } from "./two-daemons.ts";

/** Everything that is tried beside the kills. */
export const scenarios: readonly Scenario[] = [
  fullDisk,
  readOnlyState,
  clockJumps,
  twoDaemons,
  earlySigterm,
  sameSecond,
];
