import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isSupported } from "./node.mjs";

test.each([
  ["18.20.0", false],
  ["20.20.2", false],
  ["24.15.9", false],
  ["24.16.0", true],
  ["24.21.0", true],
  ["25.9.0", false],
  ["26.0.0", false],
  ["26.1.0", true],
  ["27.0.0", true],
])("Node %s is supported: %s", (version, supported) => {
  expect(isSupported(version)).toBe(supported);
});

test("agrees with what the manifest asks for", () => {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  expect(JSON.parse(manifest).engines.node).toBe("^24.16.0 || >=26.1.0");
});
