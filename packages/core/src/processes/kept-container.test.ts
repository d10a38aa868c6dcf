import { expect, test } from "vitest";
import { isEmpty } from "./kept-container.ts";

const head = "PID  PPID  COMMAND";

test.each([
  ["its first process and the sleep", ["21 9 sh", "22 21 sleep"], true],
  ["the two in another order", ["22 40 sleep", "40 9 sh"], true],
  ["a sleep that is just being replaced", ["21 9 sh"], true],
  ["a second sleep", ["21 9 sh", "22 21 sleep", "30 21 sleep"], false],
  ["a child of something else's name", ["21 9 sh", "30 21 bash"], false],
  ["what was started from outside", ["21 9 sh", "30 8 sleep"], false],
  ["nothing", [], false],
])("a container with %s", (_what, lines, empty) => {
  expect(isEmpty([head, ...lines].join("\n"))).toBe(empty);
});
