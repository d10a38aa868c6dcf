import { describe, expect, it } from "vitest";
import type { OutputEntry } from "../state/output-line.ts";
import { WrittenLines } from "./written-lines.ts";

const says = (uuid: string, text: string): OutputEntry => ({ uuid, type: "assistant", text });

describe("WrittenLines", () => {
  it("leaves out what is written, and nothing else", () => {
    const written = new WrittenLines([says("a", "1"), says("b", "2")]);
    expect(written.take(says("a", "1"))).toBe(true);
    expect(written.take(says("b", "2"))).toBe(true);
    expect(written.take(says("c", "3"))).toBe(false);
  });

  it("keeps the blocks of a message that got to the disk in part", () => {
    const written = new WrittenLines([says("a", "first block")]);
    expect(written.take(says("a", "first block"))).toBe(true);
    expect(written.take(says("a", "second block"))).toBe(false);
  });

  it("knows a line without an id by what it says", () => {
    const line: OutputEntry = { type: "system", subtype: "status", text: "compacting" };
    const written = new WrittenLines([line]);
    expect(written.take({ ...line, text: "done" })).toBe(false);
    expect(written.take(line)).toBe(true);
    expect(written.take(line)).toBe(false);
  });
});
