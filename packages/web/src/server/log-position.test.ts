import { Readable } from "node:stream";
import type { LogEntry } from "@herdctl/core";
import { expect, test } from "vitest";
import { resumeLog, resumeOptions } from "./log-position.ts";

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

test.each([
  ["from the start", undefined, { tail: 3 }],
  ["after an entry", "7", { fromSeq: 8 }],
  ["after what could not be written", "1700000000000-2", { fromSeq: 1 }],
])("reads on %s", (_, lastId, expected) => {
  expect(resumeOptions({ tail: 3 }, lastId)).toEqual(expected);
});

test("an entry of the log has its place there as its id", async () => {
  const entry: LogEntry = {
    seq: 12,
    timestamp: new Date(5),
    level: "info",
    source: "fleet",
    message: "",
  };
  const [placed] = await Array.fromAsync(resumeLog(Readable.from([entry]), "11"));
  expect(placed).toEqual({ id: "12", entry });
});

async function* entriesAt(times: readonly number[]): AsyncGenerator<LogEntry> {
  for (const time of times) {
    yield { timestamp: new Date(time), level: "info", source: "fleet", message: "" };
  }
}
