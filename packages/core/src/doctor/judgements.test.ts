import { expect, it } from "vitest";
import { nameSome } from "./check.ts";
import { judgeDisk } from "./disk.ts";
import { checkNode } from "./node-version.ts";

it.each([
  ["24.15.0", "problem"],
  ["24.16.0", "ok"],
  ["25.1.0", "problem"],
  ["26.0.0", "problem"],
  ["26.1.0", "ok"],
  ["27.0.0", "ok"],
])("finds Node.js %s: %s", (version, status) => {
  expect(checkNode(version).status).toBe(status);
});

it.each([
  [99e6, "problem", /^0\.1 GB free for \/state/],
  [900e6, "warning", /^0\.9 GB free/],
  [5e9, "ok", /^5\.0 GB free/],
])("finds a disk with %i bytes left: %s", (free, status, words) => {
  const check = judgeDisk({ folder: "/state", free });
  expect(check.status).toBe(status);
  expect(check.message).toMatch(words);
});

it("names a few of many", () => {
  expect(nameSome(["a", "b", "c"])).toBe("a, b, c");
  expect(nameSome(["a", "b", "c", "d", "e"])).toBe("a, b, c and 2 more");
});
