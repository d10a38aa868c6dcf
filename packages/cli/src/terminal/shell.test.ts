import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { quote } from "./shell.ts";

test("leaves plain words alone", () => {
  expect(quote("/tmp/a-b_c.yaml")).toBe("/tmp/a-b_c.yaml");
});

test.each(["it's", "two words", "$HOME", "`date`", 'a "b"', "a\\b", "*", "", "a\nb", "'''"])(
  "a shell reads %j as it was",
  (word) => {
    expect(execFileSync("sh", ["-c", `printf %s ${quote(word)}`], { encoding: "utf8" })).toBe(word);
  },
);
