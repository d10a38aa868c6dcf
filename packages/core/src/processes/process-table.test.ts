import { describe, expect, it } from "vitest";
import { parsePs, parseStat } from "./process-table.ts";

const tail = "0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1000 2";

describe("parseStat", () => {
  it.each([
    [
      `12 (sh) S 7 12 11 ${tail}`,
      { pid: 12, parent: 7, session: 11, zombie: false, startTicks: 987654 },
    ],
    [`12 (a) b (c) Z 7 12 11 ${tail}`, { pid: 12, zombie: true, startTicks: 987654 }],
    [`12 (x) X 7 12 11 ${tail}`, { zombie: true }],
  ])("reads %s", (stat, expected) => {
    expect(parseStat(stat)).toMatchObject(expected);
  });

  it.each(["", "12 (sh", "12 (sh) S 7", "x (sh) S"])("refuses %j", (stat) => {
    expect(parseStat(stat)).toBeUndefined();
  });
});

describe("parsePs", () => {
  it("reads a table and passes over what is no process", () => {
    const output = [
      "  501   1   501 Ss   Sat Nov 21 04:00:00 2026",
      "  502 501   501 Z+   Sat Nov 21 04:00:01 2026",
      "  503 501   501 S    never",
      "",
    ].join("\n");
    const started = Math.floor(Date.parse("Sat Nov 21 04:00:00 2026") / 1_000);
    expect(parsePs(output)).toEqual([
      { pid: 501, parent: 1, session: 501, zombie: false, startTicks: started },
      { pid: 502, parent: 501, session: 501, zombie: true, startTicks: started + 1 },
    ]);
  });
});
