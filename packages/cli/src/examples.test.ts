import { expect, test } from "vitest";
import { examples } from "./examples.ts";

test("says what a command does beside it, or above it where a line would be too wide", () => {
  expect(examples({ "herdctl a": "short", "herdctl long": "also" })).toBe(
    "\nExamples:\n  $ herdctl a     short\n  $ herdctl long  also",
  );
  const wide = "many words ".repeat(7).trim();
  expect(examples({ "herdctl a": "short", "herdctl b": wide })).toBe(
    `\nExamples:\n  # short\n  $ herdctl a\n  # ${wide}\n  $ herdctl b`,
  );
});
