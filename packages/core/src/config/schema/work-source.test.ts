import { describe, expect, it } from "vitest";
import { workSourceSchema } from "./work-source.ts";

describe("a work source", () => {
  it("of a folder has defaults for everything but the folder", () => {
    expect(workSourceSchema.parse({ type: "folder", path: "../tasks" })).toEqual({
      type: "folder",
      path: "../tasks",
      pattern: "*",
      done: "done",
      failed: "failed",
      maxAttempts: 3,
    });
  });

  it.each([
    { type: "folder" },
    { type: "folder", path: "x", done: "../done" },
    { type: "folder", path: "x", failed: "/failed" },
    { type: "folder", path: "x", max_attempts: 0 },
    { type: "github", repo: "no-owner" },
    { type: "jira" },
  ])("refuses %o", (source) => {
    expect(workSourceSchema.safeParse(source).success).toBe(false);
  });
});
