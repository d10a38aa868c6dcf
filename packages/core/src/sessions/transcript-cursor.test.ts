import { describe, expect, it } from "vitest";
import { formatCursor, parseCursor } from "./transcript-cursor.ts";

describe("a cursor", () => {
  it.each([
    ["1200", [{ offset: 1_200 }]],
    ["1200/agent-a1:300", [{ offset: 1_200 }, { name: "agent-a1.jsonl", offset: 300 }]],
  ])("%s leads back to its places", (text, places) => {
    expect(formatCursor(places)).toBe(text);
    expect(parseCursor(text)).toEqual(places);
  });

  it.each(["", "x", "-1", "1/../../etc/passwd:0", "1/agent-../x:0", "1//2", "1".repeat(20)])(
    "%j is refused",
    (text) => {
      expect(() => parseCursor(text)).toThrow(expect.objectContaining({ code: "INVALID_REQUEST" }));
    },
  );
});
