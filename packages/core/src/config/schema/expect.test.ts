import { describe, expect, it } from "vitest";
import { expectsSchema } from "./expect.ts";

describe("checks", () => {
  it("are told apart by what they name", () => {
    const checks = [
      { command: "npm test" },
      { file: "out/a.md", changed: true },
      { json_schema: { type: "object" } },
    ];
    expect(expectsSchema.parse(checks)).toEqual([
      { type: "command", command: "npm test", timeout: 60_000 },
      { type: "file", path: "out/a.md", changed: true },
      { type: "json_schema", schema: { type: "object" } },
    ]);
  });

  it.each([
    [[{}]],
    [[{ command: "" }]],
    [[{ command: "true", timeout: "0s" }]],
    [[{ file: "../a" }]],
    [[{ file: "/etc/passwd" }]],
    [[{ json_schema: { type: "nonsense" } }]],
    [[{ json_schema: { type: "object" } }, { json_schema: { type: "object" } }]],
  ])("refuse %o", (checks) => {
    expect(expectsSchema.safeParse(checks).success).toBe(false);
  });
});
