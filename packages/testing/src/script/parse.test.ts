import { expect, test } from "vitest";
import { script } from "./builder.ts";
import { parseScript } from "./parse.ts";

test("accepts whatever the builder makes, as JSON", () => {
  const usage = { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 };
  const { steps } = script()
    .thinking("t", { usage })
    .text("a", { chunks: 2, every: 5, headers: { a: "b" } })
    .tool("Bash", { command: "ls" })
    .tools([
      { tool: "Read", input: {} },
      { subagent: "s", script: [{ text: "x" }] },
    ])
    .subagent("s", script().text("x"), { type: "Explore", background: true })
    .structured({ ok: true })
    .wait(5)
    .stall()
    .stop("refusal")
    .cut()
    .cut("unfinished", { times: "always" })
    .cut(10)
    .error(429, { times: 3, type: "t", message: "m", headers: { "retry-after": "1" } })
    .fault("html", { times: "always" })
    .repeat(script().text("x"), 2)
    .repeat([{ text: "y" }]);
  expect(parseScript(JSON.parse(JSON.stringify(steps)))).toEqual(steps);
});

test.each<[unknown, string]>([
  [{}, "a script must be a list of steps"],
  [["a"], "step 1 must be an object"],
  [[{ text: "a" }, { txt: "b" }], "step 2 must have one of text, thinking, tool"],
  [[{ text: 5 }], "step 1, text must be a text"],
  [
    [{ text: "a", chunk: 2 }],
    'step 1 has no "chunk"; it takes text, chunks, every, usage, headers',
  ],
  [[{ text: "a", chunks: 0 }], "step 1, chunks must be a whole number above 0"],
  [[{ text: "a", usage: { in: 1 } }], 'step 1, usage has no "in"; it takes input'],
  [[{ text: "a", usage: 1 }], "step 1, usage must be an object"],
  [[{ text: "a", usage: { input: -1 } }], "step 1, usage, input must be a number from 0"],
  [[{ text: "a", headers: { a: 1 } }], "step 1, headers must be an object of texts"],
  [[{ text: "a", __proto__: 1, toString: 1 }], 'step 1 has no "toString"'],
  [[{ tool: "Bash" }], 'step 1 needs "input"'],
  [[{ tool: "Bash", input: [] }], "step 1, input must be an object"],
  [[{ tools: [] }], "step 1, tools must be a list of calls"],
  [[{ tools: [{ text: "a" }] }], "step 1, tools[0] must be {tool, input} or {subagent, script}"],
  [[{ tools: [{ tool: "a" }] }], 'step 1, tools[0] needs "input"'],
  [[{ subagent: "s", script: [{ txt: 1 }] }], "step 1, script, step 1 must have one of"],
  [[{ subagent: "s", script: [], background: 1 }], "step 1, background must be true or false"],
  [[{ wait: "long" }], 'step 1, wait must be a number from 0 or "forever"'],
  [[{ stop: "done" }], "step 1, stop must be one of end_turn, max_tokens"],
  [[{ error: 200 }], "step 1, error must be an HTTP status from 400 to 599"],
  [[{ error: 429, times: "often" }], "step 1, times must be a whole number above 0"],
  [[{ fault: "fire" }], "step 1, fault must be one of reset, malformed"],
])("%j is refused: %s", (json, message) => {
  expect(() => parseScript(json)).toThrow(message);
});
