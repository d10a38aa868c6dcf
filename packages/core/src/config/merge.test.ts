import fc from "fast-check";
import { expect, test } from "vitest";
import { merge } from "./merge.ts";
import { isMapping, valueAt, type ValuePath } from "./value-path.ts";

const yaml = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom("text", 1, 0, true, false, null),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("mapping"),
  ),
  mapping: fc.dictionary(fc.constantFrom("a", "b", "c", "__proto__", "toString"), tie("value")),
}));

test.each<[title: string, low: unknown, high: unknown, merged: unknown]>([
  ["nothing replaces nothing", { a: 1 }, undefined, { a: 1 }],
  ["null replaces", { a: { b: 1 } }, { a: null }, { a: null }],
  ["lists replace", { a: [1, 2] }, { a: [] }, { a: [] }],
  ["a mapping replaces a scalar", { a: 1 }, { a: { b: 2 } }, { a: { b: 2 } }],
  ["mappings merge", { a: { b: 1, c: 1 } }, { a: { c: 2 } }, { a: { b: 1, c: 2 } }],
])("%s", (_, low, high, merged) => {
  expect(merge(low, high)).toEqual(merged);
});

test("everything that the higher value says holds; what it leaves open, the lower one decides", () => {
  fc.assert(
    fc.property(yaml.mapping, yaml.mapping, (low, high) => {
      const merged = merge(low, high);
      for (const [path, leaf] of leavesOf(high)) expect(valueAt(merged, path)).toEqual(leaf);
      for (const [path, leaf] of leavesOf(low)) {
        const isOpen = path.every((_, index) => mergesAt(low, high, path.slice(0, index + 1)));
        if (isOpen) expect(valueAt(merged, path)).toEqual(leaf);
      }
    }),
  );
});

test("an empty mapping, and the same again, change nothing", () => {
  fc.assert(
    fc.property(yaml.mapping, (value) => {
      expect(merge(value, {})).toEqual(value);
      expect(merge({}, value)).toEqual(value);
      expect(merge(value, value)).toEqual(value);
    }),
  );
});

test("changes neither value", () => {
  fc.assert(
    fc.property(yaml.mapping, yaml.mapping, (low, high) => {
      const before = JSON.stringify([low, high]);
      merge(low, high);
      expect(JSON.stringify([low, high])).toBe(before);
    }),
  );
});

/** What is not a mapping with something in it, with its path. */
function leavesOf(
  value: unknown,
  path: ValuePath = [],
): readonly (readonly [ValuePath, unknown])[] {
  if (!isMapping(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]));
}

function mergesAt(low: unknown, high: unknown, path: ValuePath): boolean {
  const above = valueAt(high, path);
  return above === undefined || (isMapping(above) && isMapping(valueAt(low, path)));
}
