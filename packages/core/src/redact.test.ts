import { describe, expect, it } from "vitest";
import { createRedactor } from "./redact.ts";

describe("redactor", () => {
  const redactor = createRedactor(["hunter22", "hunter22-long", 'quo"ted', ""]);

  it("replaces every occurrence, longest secret first", () => {
    expect(redactor.text("a hunter22-long b hunter22 c hunter22")).toBe(
      "a [secret] b [secret] c [secret]",
    );
  });

  it("replaces the JSON-escaped form too", () => {
    expect(redactor.text(JSON.stringify({ a: 'quo"ted' }))).toBe('{"a":"[secret]"}');
  });

  it("masks strings anywhere in a value and leaves the rest alone", () => {
    const date = new Date(0);
    const value = { a: ["x hunter22"], b: { c: "hunter22", d: 7, e: null, f: date, g: undefined } };
    expect(redactor.value(value)).toEqual({
      a: ["x [secret]"],
      b: { c: "[secret]", d: 7, e: null, f: date, g: undefined },
    });
    expect(value.b.c).toBe("hunter22");
  });

  it("returns the same object when there is nothing to hide", () => {
    const value = { a: "x" };
    expect(createRedactor([]).value(value)).toBe(value);
  });
});
