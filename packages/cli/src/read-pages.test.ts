import { expect, test } from "vitest";
import { readPages } from "./read-pages.ts";

const known = Array.from({ length: 2_500 }, (_, index) => index);

test.each([
  { wanted: {}, asked: [1_000, 1_000, 1_000], count: 2_500, nextCursor: undefined },
  { wanted: { limit: 20 }, asked: [20], count: 20, nextCursor: "20" },
  { wanted: { limit: 1_200 }, asked: [1_000, 200], count: 1_200, nextCursor: "1200" },
  { wanted: { limit: 5_000 }, asked: [1_000, 1_000, 1_000], count: 2_500, nextCursor: undefined },
  { wanted: { limit: 500, cursor: "2000" }, asked: [500], count: 500, nextCursor: undefined },
])("reads $wanted in pages of $asked", async ({ wanted, asked, count, nextCursor }) => {
  const limits: number[] = [];
  const read = await readPages(wanted, async ({ limit = 0, cursor = "0" }) => {
    limits.push(limit);
    const end = Number(cursor) + limit;
    const items = known.slice(Number(cursor), end);
    return { items, ...(end < known.length && { nextCursor: String(end) }) };
  });
  const first = Number(wanted.cursor ?? 0);
  expect(read.items).toEqual(known.slice(first, first + count));
  expect(read.nextCursor).toBe(nextCursor);
  expect(limits).toEqual(asked);
});
