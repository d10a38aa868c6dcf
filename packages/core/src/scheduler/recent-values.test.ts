import { describe, expect, it } from "vitest";
import { RecentValues } from "./recent-values.ts";

describe("recent values", () => {
  it("makes a value once, and again when others were asked for since", () => {
    const made: string[] = [];
    const values = new RecentValues<string>(2);
    const ask = (key: string): string => values.get(key, () => `${key}${made.push(key)}`);

    expect([ask("a"), ask("b"), ask("a"), ask("c"), ask("a"), ask("b")]).toEqual([
      "a1",
      "b2",
      "a1",
      "c3",
      "a1",
      "b4",
    ]);
    expect(made).toEqual(["a", "b", "c", "b"]);
  });
});
