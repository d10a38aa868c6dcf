import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { createRedactor } from "./redact.ts";

function shown(secrets: readonly string[], pieces: readonly string[]): string[] {
  const stream = createRedactor(secrets).stream();
  return [...pieces.map((piece) => stream.push(piece)), stream.end()];
}

describe("a text that comes in pieces", () => {
  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ["passes at once without secrets", [], ["a", "b"], ["a", "b", ""]],
    ["passes where no secret can begin", ["secret"], ["plain ", "text"], ["plain ", "text", ""]],
    ["is held back where one may begin", ["secret"], ["a se", "cret b"], ["a ", "[secret] b", ""]],
    ["is shown when it was none", ["secret"], ["a se", "a"], ["a ", "sea", ""]],
    ["is shown at its end", ["secret"], ["a secre"], ["a ", "secre"]],
    ["knows a secret in one piece", ["secret"], ["a secret b"], ["a [secret] b", ""]],
    [
      "waits for the longer of two secrets",
      ["abc", "abcdef"],
      ["abc", "def"],
      ["", "[secret]", ""],
    ],
    [
      "cuts no secret in two that another may follow",
      ["abc", "cxy"],
      ["abc", "z"],
      ["", "[secret]z", ""],
    ],
  ])("%s", (_, secrets, pieces, expected) => {
    expect(shown(secrets, pieces)).toEqual(expected);
  });

  test("is the redacted text, however it is cut", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 });
    const secret = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(secret, fc.array(letters, { maxLength: 8 }), (known, pieces) => {
        const text = shown([known], pieces).join("");
        expect(text).toBe(createRedactor([known]).text(pieces.join("")));
      }),
      { numRuns: 1_000 },
    );
  });
});
