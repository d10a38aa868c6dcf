import type { LogEntry } from "@herdctl/core";
import { expect, test } from "vitest";
import { resumeLog } from "./log-position.ts";

test.each([
  ["from the start", [1, 1, 2], undefined, ["1-1", "1-2", "2-1"]],
  ["after an entry", [1, 1, 2], "1-1", ["1-2", "2-1"]],
  ["after the last of a millisecond", [1, 1, 2, 2], "2-2", []],
  ["after what is no longer kept", [5, 6], "3-4", ["5-1", "6-1"]],
  ["after an id of something else", [1, 2], "0badcafe-1", ["1-1", "2-1"]],
  ["when the clock was set back", [9, 3, 3, 4], "9-1", ["3-1", "3-2", "4-1"]],
])("goes on %s", async (_, times, lastId, expected) => {
  const ids: string[] = [];
  for await (const { id } of resumeLog(entriesAt(times), lastId)) ids.push(id);
  expect(ids).toEqual(expected);
});

async function* entriesAt(times: readonly number[]): AsyncGenerator<LogEntry> {
  for (const time of times) {
    yield { timestamp: new Date(time), level: "info", source: "fleet", message: "" };
  }
}
