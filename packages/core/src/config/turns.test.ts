import { describe, expect, it } from "vitest";
import { Turns } from "./turns.ts";

describe("turns", () => {
  it("runs at most so many at once, in order, and goes on after a failure", async () => {
    const turns = new Turns(2);
    const log: string[] = [];
    let running = 0;
    const results = await Promise.allSettled(
      ["a", "b", "c", "d", "e"].map((name) =>
        turns.run(async () => {
          running += 1;
          log.push(`${name}${running}`);
          await Promise.resolve();
          running -= 1;
          if (name === "b") throw new Error(name);
          return name;
        }),
      ),
    );
    expect(log.map((entry) => entry[0]).join("")).toBe("abcde");
    expect(log.every((entry) => Number(entry[1]) <= 2)).toBe(true);
    expect(results.map(({ status }) => status === "fulfilled")).toEqual([
      true,
      false,
      true,
      true,
      true,
    ]);
    await expect(turns.run(() => Promise.resolve("later"))).resolves.toBe("later");
  });
});
