import { join, resolve, sep } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkEntries, checkSizes, limits } from "./check-entries.ts";
import type { SourceEntry } from "./source-entry.ts";

const file = (path: string): SourceEntry => ({ path, kind: "file", executable: false });

test("takes files whose names are unusual and harmless", () => {
  const paths = [
    "..a",
    "a..",
    ".env",
    ".gitignore",
    "x/.github/y",
    "ä/日本 語.md",
    "a",
    "a-b",
    "ab",
  ];
  expect(() => checkEntries(paths.map(file))).not.toThrow();
});

test.each<[path: string, says: string]>([
  ["", "leads out"],
  ["..", "leads out"],
  ["a/./b", "leads out"],
  ["a//b", "leads out"],
  ["/etc/passwd", "leads out"],
  ["a/.git/config", "belongs to git"],
  [".GIT", "belongs to git"],
  ["git~1/config", "belongs to git"],
  [".git. /config", "belongs to git"],
  ["a\\..\\b", "characters"],
  ["a\nb", "characters"],
  ["a\u202Eb", "characters"],
  ["a\u200Bb", "characters"],
  ["a\uFFFDb", "characters"],
  ["ä".repeat(limits.path), "too long"],
])("refuses the name %j", (path, says) => {
  expect(() => checkEntries([file(path)])).toThrow(says);
});

test.each<[one: string, other: string]>([
  ["a/B", "a/b"],
  ["\u00E4", "a\u0308"],
  ["a", "a/b"],
  ["A", "a/b"],
])("refuses %j beside %j", (one, other) => {
  expect(() => checkEntries([file(one), file(other)])).toThrow("cannot both be written");
});

test("adds sizes up", () => {
  const sizes = (count: number, size: number) =>
    new Map(Array.from({ length: count }, (_, index) => [`${index}`, size]));
  expect(() => checkSizes(sizes(10, limits.fileSize))).not.toThrow();
  expect(() => checkSizes(sizes(1, limits.fileSize + 1))).toThrow('"0" is larger than 1 MiB');
  expect(() => checkSizes(sizes(11, limits.fileSize))).toThrow("larger than 10 MiB together");
});

const segment = fc.oneof(
  fc.constantFrom("..", ".", "", "a", "A", ".git", "a ", "..\u200B", "\\..", "/", "\0", "agents"),
  fc.string({ unit: "binary", maxLength: 6 }),
);

test("whatever is taken stays in its folder, under the name that was checked", () => {
  const paths = fc.array(
    fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join("/")),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(paths, (names) => {
      try {
        checkEntries(names.map(file));
      } catch {
        return;
      }
      for (const name of names) {
        expect(resolve("/fleet/agents/guest", name)).toBe(`/fleet/agents/guest${sep}${name}`);
        expect(join(name)).toBe(name);
        expect(name.toLowerCase().split("/")).not.toContain(".git");
      }
      expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
    }),
    { numRuns: 2_000 },
  );
});
