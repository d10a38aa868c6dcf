import fc from "fast-check";
import { expect, test } from "vitest";
import { interpolate } from "./interpolate.ts";

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,5}$/);
const plain = fc.string().filter((text) => !text.includes("${") && !text.endsWith("$"));

test.each<[written: string, read: string]>([
  ["${A}", "1"],
  ["${A}${A}", "11"],
  ["${MISSING:-x}", "x"],
  ["${EMPTY:-x}", ""],
  ["$${A} ${A}", "${A} 1"],
  ["$$${A}", "$${A}"],
  ["${MISSING}", "${MISSING}"],
  ["${not a name}", "${not a name}"],
  ["${A:x}", "${A:x}"],
  ["${}", "${}"],
])("%s reads %s", (written, read) => {
  expect(interpolate(written, { A: "1", EMPTY: "" }).value).toBe(read);
});

test("names every variable with its path and value, in keys none", () => {
  const written = { a: ["${ONE}", { b: "x ${TWO:-2} ${ONE}" }], "${KEY}": "y", n: 1 };
  expect(interpolate(written, { ONE: "1" })).toEqual({
    value: { a: ["1", { b: "x 2 1" }], "${KEY}": "y", n: 1 },
    uses: [
      { name: "ONE", path: ["a", 0], value: "1" },
      { name: "TWO", path: ["a", 1, "b"], value: "2" },
      { name: "ONE", path: ["a", 1, "b"], value: "1" },
    ],
  });
});

test("a value is put in as it is, whatever it contains", () => {
  fc.assert(
    fc.property(name, fc.string(), plain, plain, (variable, value, before, after) => {
      const written = `${before}\${${variable}}${after}`;
      expect(interpolate(written, { [variable]: value }).value).toBe(`${before}${value}${after}`);
    }),
  );
});

test("a text without variables, and any text behind a second $, is unchanged", () => {
  fc.assert(
    fc.property(plain, name, (text, variable) => {
      expect(interpolate(text, {})).toEqual({ value: text, uses: [] });
      expect(interpolate(`$\${${variable}}`, {})).toEqual({ value: `\${${variable}}`, uses: [] });
    }),
  );
});
