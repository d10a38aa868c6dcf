import type { Script, ScriptBuilder } from "@herdctl/testing";
import type { ExitReason } from "../../src/state/job-record.ts";
import type { Ran, RunOptions } from "../runner/harness.ts";
import type { Chance } from "./comparable.ts";
import type { DifferenceName } from "./differences.ts";
import type { Stage } from "./stage.ts";

/** One thing that every runtime does, and does alike. */
export interface Case extends Chance {
  /** Ends the sentence "A runtime …". */
  readonly name: string;
  /** What the model says; for a case that is more than one run, `play` instead. */
  readonly script?: (stage: Stage) => Script | ScriptBuilder;
  readonly options?: (stage: Stage) => RunOptions;
  /** Runs it; the last run, or all of them where each counts. */
  readonly play?: (stage: Stage) => Promise<Ran | readonly Ran[]>;
  readonly reason: ExitReason;
  /** Part of the last run's outcome beyond its reason. */
  readonly outcome?: Readonly<Record<string, unknown>>;
  /** What else is true on each runtime. */
  readonly check?: (ran: Ran, stage: Stage) => void | Promise<void>;
  /** What differs between the runtimes, and must. */
  readonly differs?: readonly DifferenceName[];
  /** What differs between a container and this machine, and must. */
  readonly differsInContainer?: readonly DifferenceName[];
}

export async function playCase(played: Case, stage: Stage): Promise<readonly Ran[]> {
  if (played.play) return [await played.play(stage)].flat();
  if (!played.script) throw new Error(`${played.name}: nothing to play`);
  return [await stage.run(played.script(stage), played.options?.(stage))];
}
