import { expect, it } from "vitest";
import { createJobId } from "./ids.ts";

it("makes ids that sort by time and never repeat", () => {
  const ids = Array.from({ length: 5_000 }, (_, index) =>
    createJobId(1_700_000_000_000 + (index >> 8)),
  );
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
  for (const id of ids) expect(id).toMatch(/^job-[0-9a-hjkmnp-tv-z]{16}$/);
});

it("stays in order when the clock goes back", () => {
  const before = createJobId(1_800_000_000_000);
  expect(createJobId(1_700_000_000_000) > before).toBe(true);
});
