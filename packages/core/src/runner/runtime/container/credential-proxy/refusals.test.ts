import { describe, expect, it } from "vitest";
import { type RefusalLine, Refusals } from "./refusals.ts";

const collect = (): { readonly lines: RefusalLine[]; readonly refusals: Refusals } => {
  const lines: RefusalLine[] = [];
  return { lines, refusals: new Refusals((line) => lines.push(line)) };
};
const place = { host: "evil.example", port: 443, reason: "because" };

describe("refusals", () => {
  it("are told at the first, the tenth and the hundredth of each place", () => {
    const { lines, refusals } = collect();
    for (let times = 0; times < 250; times++) refusals.add(place);
    refusals.add({ ...place, port: 80 });
    expect(lines.map(({ port, count }) => [port, count])).toEqual([
      [443, 1],
      [443, 10],
      [443, 100],
      [80, 1],
    ]);
    expect(lines[0]).toMatchObject({ ...place, time: expect.stringMatching(/^\d{4}-.*Z$/) });
  });

  it("of places without number are told as one", () => {
    const { lines, refusals } = collect();
    for (let times = 0; times < 5_000; times++) {
      refusals.add({ ...place, host: `${times}.example` });
    }
    expect(lines.length).toBe(204);
    expect(lines.at(-1)).toMatchObject({ host: "others", count: 1_000 });
  });
});
