import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const dist = new URL("../packages/cli/dist/", import.meta.url);

test("help loads the parser and little else: no configuration, no store, no contract", () => {
  expect(sizeOf(filesBehind("main.js", new Set()))).toBeLessThan(150_000);
});

test("no file imports a module of Node's by a statement, which would read all of it", () => {
  const chunks = readdirSync(new URL("chunks/", dist)).map((name) => `chunks/${name}`);
  expect(chunks.filter((file) => / from "node:/.test(textOf(file)))).toEqual([]);
});

/** A file of the bundle, and all that it imports before it runs. */
function filesBehind(file: string, known: Set<string>): ReadonlySet<string> {
  if (known.has(file)) return known;
  known.add(file);
  for (const [, path = ""] of textOf(file).matchAll(/^import (?:.* from )?"(\.[^"]+)";$/gm)) {
    filesBehind(new URL(path, new URL(file, dist)).href, known);
  }
  return known;
}

function sizeOf(files: ReadonlySet<string>): number {
  return [...files].reduce((sum, file) => sum + textOf(file).length, 0);
}

function textOf(file: string): string {
  return readFileSync(new URL(file, dist), "utf8");
}
