import { expect, test } from "vitest";
import { decideRetry, type Failure } from "./patience.ts";

const first = { wasThere: true, failures: 1, brokenOff: 0, elapsed: 0 };

test.each<[title: string, failure: Failure, decision: number | undefined]>([
  ["a daemon that was there is asked again soon", { ...first, how: "absent" }, 100],
  ["and then", { ...first, how: "absent", failures: 4, elapsed: 700 }, 400],
  ["and for long, but not all the time", { ...first, how: "broke", failures: 40 }, 1_000],
  ["until it has been away for too long", { ...first, how: "absent", elapsed: 30_000 }, undefined],
  ["one that never was there is not", { ...first, how: "absent", wasThere: false }, undefined],
  [
    "a first connection that broke is tried again",
    { ...first, how: "broke", wasThere: false },
    100,
  ],
  [
    "five times",
    { ...first, how: "broke", wasThere: false, failures: 6, elapsed: 1_500 },
    undefined,
  ],
  ["an answer that broke off is asked for again", { ...first, how: "brokeOff", brokenOff: 1 }, 100],
  [
    "five times, whatever came in between",
    { ...first, how: "brokeOff", failures: 20, brokenOff: 6, elapsed: 9_000 },
    undefined,
  ],
])("%s", (_, failure, decision) => {
  expect(decideRetry(failure, { absence: 30_000 })).toBe(decision);
});
