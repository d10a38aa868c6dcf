import { describe, expect, it } from "vitest";
import { checkWait, resolveTarget } from "./trigger-rules.ts";

const ask = {
  wanted: "writer",
  canTrigger: ["writer", "docs.writer", "docs.editor"],
  fleetPath: [],
  lineage: ["main"],
};

describe("resolveTarget", () => {
  it.each([
    [{}, "writer"],
    [{ fleetPath: ["docs"] }, "docs.writer"],
    [{ wanted: "docs.writer" }, "docs.writer"],
    [{ wanted: "editor" }, "docs.editor"],
    [{ lineage: ["a", "b", "c", "d"] }, "writer"],
  ])("finds %j", (changes, target) => {
    expect(resolveTarget({ ...ask, ...changes })).toBe(target);
  });

  it.each([
    [{ wanted: "reader" }, 'You may not trigger "reader". You may trigger: writer, docs.writer'],
    [{ canTrigger: ["a.writer", "b.writer"] }, 'You may not trigger "writer"'],
    [{ lineage: ["writer", "main"] }, "(writer → main)"],
    [{ lineage: ["a", "b", "c", "d", "e"] }, "5 agents have triggered one another already"],
  ])("refuses %j", (changes, words) => {
    expect(() => resolveTarget({ ...ask, ...changes })).toThrow(words);
  });
});

describe("checkWait", () => {
  const free = {
    target: "writer",
    isPaused: false,
    blocked: 1,
    fleetWide: undefined,
    blockedOfTarget: 0,
    limitOfTarget: 1,
  };

  it.each([[{}], [{ fleetWide: 2 }], [{ blockedOfTarget: 1, limitOfTarget: 2 }]])(
    "lets wait where the other can start: %j",
    (changes) => {
      expect(() => checkWait({ ...free, ...changes })).not.toThrow();
    },
  );

  it.each([
    [{ isPaused: true }, '"writer" is paused'],
    [{ fleetWide: 1 }, "All 1 jobs"],
    [{ blocked: 3, fleetWide: 3 }, "All 3 jobs"],
    [{ blockedOfTarget: 1 }, '"writer" is itself waiting'],
  ])("refuses to wait for ever: %j", (changes, words) => {
    expect(() => checkWait({ ...free, ...changes })).toThrow(words);
  });
});
