import { describe, expect, it } from "vitest";
import {
  errorKindOf,
  FleetManagerError,
  isErrorCode,
  messageOf,
  nearestOf,
  withSuggestions,
} from "./errors.ts";

describe("FleetManagerError", () => {
  it("carries code, facts and cause under the name of its class", () => {
    class Special extends FleetManagerError {}
    const cause = new Error("deep");
    const error = new Special("what happened", {
      code: "STATE_DIR",
      context: { path: "/x" },
      cause,
    });
    expect(error).toMatchObject({
      name: "Special",
      code: "STATE_DIR",
      context: { path: "/x" },
      cause,
    });
    expect(errorKindOf(error)).toEqual({ code: "STATE_DIR", status: 503, exitCode: 1 });
  });

  it("treats anything else as internal", () => {
    expect(errorKindOf(new TypeError("x"))).toEqual({ code: "INTERNAL", status: 500, exitCode: 1 });
    expect(messageOf("thrown text")).toBe("thrown text");
    expect(isErrorCode("AGENT_NOT_FOUND")).toBe(true);
    expect(isErrorCode("toString")).toBe(false);
  });
});

describe("suggestions", () => {
  it.each([
    ["reviwer", ["reviewer", "builder"], "reviewer"],
    ["REVIEWER", ["reviewer"], "reviewer"],
    ["zzz", ["reviewer", "builder"], undefined],
  ])("%s among %j is near %s", (wanted, existing, near) => {
    expect(nearestOf(wanted, existing)).toBe(near);
  });

  it("names what exists", () => {
    expect(withSuggestions("No.", "buildr", ["builder", "x"])).toBe(
      'No. Did you mean "builder"? Existing: builder, x.',
    );
    expect(withSuggestions("No.", "a", [])).toBe("No. There are none.");
  });
});
