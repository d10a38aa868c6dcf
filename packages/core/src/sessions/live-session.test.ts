import { expect, it } from "vitest";
import { parseJson } from "../parse-json.ts";
import { toAnnouncement } from "./live-session.ts";

it.each([
  [
    '{"pid":7,"sessionId":"s","procStart":"9","status":"busy"}',
    { pid: 7, sessionId: "s", procStart: "9" },
  ],
  ['{"pid":7,"sessionId":"s"}', { pid: 7, sessionId: "s" }],
  ['{"pid":"7","sessionId":"s"}', undefined],
  ['{"pid":7}', undefined],
  ["[]", undefined],
  ["null", undefined],
  ['{"pid":7,"sess', undefined],
  ["", undefined],
])("reads %s as what a running claude announces", (text, announced) => {
  expect(toAnnouncement(parseJson(text))).toEqual(announced);
});
