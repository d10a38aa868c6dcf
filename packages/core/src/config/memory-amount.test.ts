import { expect, it } from "vitest";
import { bytesOf } from "./memory-amount.ts";

it.each([
  ["0", 0],
  ["1024", 1024],
  ["512b", 512],
  ["1.5K", 1536],
  ["6m", 6_291_456],
  ["2G", 2_147_483_648],
  ["1t", 1_099_511_627_776],
  ["2gb", Number.NaN],
  ["-1", Number.NaN],
  ["", Number.NaN],
])("%j is %d bytes", (amount, bytes) => {
  expect(bytesOf(amount)).toBe(bytes);
});
