/** What a stream or a wait bears before it gives a daemon up; milliseconds. */
export interface Patience {
  /** For a daemon that was there to answer again: a restart takes seconds. */
  readonly absence: number;
  /** After so long, whoever waits is told. */
  readonly notice: number;
  /** A connection that has lived for so long was a good one, whatever ended it. */
  readonly goodLife: number;
}

export const defaultPatience: Patience = { absence: 30_000, notice: 1_000, goodLife: 1_000 };

/** What is known when a stream or a wait has failed once more. */
export interface Failure {
  /** Nobody was there; the connection broke before an answer; or soon after it. */
  readonly how: "absent" | "broke" | "brokeOff";
  /** There was a daemon, a moment ago. */
  readonly wasThere: boolean;
  /** In a row, this one included. */
  readonly failures: number;
  /** Those of them that `brokeOff`. */
  readonly brokenOff: number;
  /** Milliseconds since the first of them. */
  readonly elapsed: number;
}

const mostBreaks = 5;
const delayStep = 100;
const longestDelay = 1_000;

/** After how many milliseconds to try again; `undefined`: it is time to give up. */
export function decideRetry(
  failure: Failure,
  { absence }: Pick<Patience, "absence">,
): number | undefined {
  if (!isBearable(failure, absence)) return undefined;
  return Math.min(delayStep * failure.failures, longestDelay);
}

function isBearable(failure: Failure, absence: number): boolean {
  // Whoever answers only to break off does so for ever.
  if (failure.how === "brokeOff") return failure.brokenOff <= mostBreaks;
  if (failure.wasThere) return failure.elapsed < absence;
  return failure.how === "broke" && failure.failures <= mostBreaks;
}
