import { expect, test } from "vitest";
import { Sparing } from "./sparing.ts";

test("lets the first few of a minute through, and sums up the others at its end", () => {
  const sums: number[] = [];
  const sparing = new Sparing({ most: 2, sumUp: (more) => sums.push(more) });
  const knock = (): boolean => sparing.allows();
  expect([knock(), knock(), knock(), knock(), knock()]).toEqual([true, true, false, false, false]);
  sparing.end();
  expect([knock(), knock(), knock()]).toEqual([true, true, false]);
  sparing.end();
  sparing.end();
  expect(sums).toEqual([3, 1]);
});

test("says nothing of few", () => {
  const sums: number[] = [];
  const sparing = new Sparing({ most: 2, sumUp: (more) => sums.push(more) });
  expect([sparing.allows(), sparing.allows()]).toEqual([true, true]);
  sparing.end();
  expect(sums).toEqual([]);
});
