import { describe, expect, test } from "vitest";
import { script } from "./builder.ts";
import { findScript, inPrompt } from "./prompt.ts";

const nasty = [
  script().text('"quotes", \\backslashes\\ and\nnew lines'),
  script().text("</herdctl-script> inside, and <herdctl-script> too"),
  script().subagent("s", script().subagent("t", script().text("deep"))),
  script().tool("Write", { file_path: "a", content: inPrompt(script().text("a quoted script")) }),
];

describe("a script survives its prompt", () => {
  test.each(nasty)("$steps", (source) => {
    const prompt = `Before. ${inPrompt(source)} After, with </herdctl-script> and {json}.`;
    expect(findScript(prompt)).toEqual(source.steps);
  });
});

test.each<[string, unknown]>([
  ["no script here", undefined],
  ['<herdctl-script>\n  [ {"text":\n "a"} ]\n</herdctl-script>', [{ text: "a" }]],
  [inPrompt([{ text: "first" }]) + inPrompt([{ text: "last" }]), [{ text: "last" }]],
])("reads %j", (text, expected) => {
  expect(findScript(text)).toEqual(expected);
});

test.each(["<herdctl-script>[", "<herdctl-script>[</herdctl-script>", "a <herdctl-script> tag"])(
  "refuses %j",
  (text) => {
    expect(() => findScript(text)).toThrow(SyntaxError);
  },
);
