import { expect, test } from "vitest";
import { readKeys } from "./keys.ts";

test.each([
  ["q", ["q"]],
  ["jk", ["j", "k"]],
  ["\u001B[A\u001B[B\u001BOA", ["up", "down", "up"]],
  ["\u001B", ["escape"]],
  ["\r\n\u0003\u007F", ["enter", "enter", "interrupt", "backspace"]],
  ["é日", ["é", "日"]],
  ["\u001B[1;5C\u001B[200~\u0001", []],
  ["\u001B[5~\u001B[6~", ["page up", "page down"]],
])("what a terminal sends as %j is %j", (text, keys) => {
  expect(readKeys(text)).toEqual(keys);
});
