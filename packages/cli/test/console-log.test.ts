import { closeSync, writeSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  boundConsoleLog,
  consoleLog,
  endOfLog,
  openConsoleLog,
  shorten,
  sizeOf,
} from "../src/detached/console-log.ts";

const stateDir = await mkdtemp(join(tmpdir(), "herdctl-console-"));
const path = consoleLog(stateDir);

test("a log that is too long starts anew while it is written to, and its past stays", async () => {
  const file = await openConsoleLog(stateDir);
  writeSync(file, "one\n");
  shorten(path, 4);
  writeSync(file, "two\n");
  expect(await readFile(path, "utf8")).toBe("one\ntwo\n");
  shorten(path, 4);
  writeSync(file, "three\n");
  closeSync(file);
  expect(await readFile(path, "utf8")).toBe("three\n");
  expect(await readFile(`${path}.1`, "utf8")).toBe("one\ntwo\n");
});

test("shows the last lines of what is new in it", async () => {
  const old = "old\n";
  await writeFile(path, old + Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join(""));
  expect(endOfLog(path, old.length).split("\n")).toHaveLength(20);
  expect(endOfLog(path, sizeOf(path) - 8)).toBe("line 29");
  expect(endOfLog(path, sizeOf(path) + 1)).toContain("line 29");
});

test("without a log there is nothing to shorten, and no process that watches it", () => {
  const missing = join(stateDir, "elsewhere");
  expect(sizeOf(consoleLog(missing))).toBe(0);
  expect(() => shorten(consoleLog(missing), 0)).not.toThrow();
  boundConsoleLog(missing)[Symbol.dispose]();
});
