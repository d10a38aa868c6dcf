import { describe, expect, test } from "vitest";
import { script } from "./builder.ts";
import { compileScript, replyAt, type Reply } from "./compile.ts";
import type { Script } from "./script.ts";

/** What each of the first `count` answers consists of. */
function outline(steps: Script, count: number): string[] {
  const compiled = compileScript(steps);
  return Array.from({ length: count }, (_, index) => describeReply(replyAt(compiled, index)));
}

function describeReply({ faults, parts, stop, cut }: Reply): string {
  const names = parts.map((part) => {
    if (part.kind === "wait") return `wait ${part.ms}`;
    return part.kind === "tool" ? part.name : `${part.kind}:${part.pieces.join("|")}`;
  });
  const before = faults.map((fault) => ("error" in fault ? `${fault.error}!` : `${fault.fault}!`));
  return [...before, ...names, cut ? `cut ${cut.at}` : stop].join(" ");
}

describe("groups steps into messages", () => {
  const bash = { command: "ls" };
  test.each<[string, Script, string[]]>([
    ["nothing", [], ["text:Done. end_turn", "text:Done. end_turn"]],
    ["text", script().text("a").steps, ["text:a end_turn", "text:Done. end_turn"]],
    [
      "text and thinking before a tool join it",
      script().thinking("t").text("a").tool("Bash", bash).text("b").steps,
      ["thinking:t text:a Bash tool_use", "text:b end_turn"],
    ],
    [
      "tools one after the other are messages of their own",
      script().tool("Bash", bash).tool("Read", {}).steps,
      ["Bash tool_use", "Read tool_use", "text:Done. end_turn"],
    ],
    [
      "tools together are one message",
      script().tools([
        { tool: "Bash", input: bash },
        { subagent: "s", script: [] },
      ]).steps,
      ["Bash Agent tool_use"],
    ],
    [
      "stop ends a message",
      script().text("a").stop("max_tokens").text("b").steps,
      ["text:a max_tokens", "text:b end_turn"],
    ],
    ["stop alone is an empty answer", script().stop().steps, ["end_turn"]],
    [
      "cut ends a message",
      script().text("a").cut(9).text("b").steps,
      ["text:a cut 9", "text:b end_turn"],
    ],
    [
      "errors come before the next message",
      script().error(529, { times: 2 }).fault("reset").text("a").steps,
      ["529! reset! text:a end_turn"],
    ],
    [
      "errors at the end come before the closing words",
      script().error(401).steps,
      ["401! text:Done. end_turn"],
    ],
    [
      "a pause belongs to its message",
      script().text("a").wait(5).text("b").steps,
      ["text:a wait 5 text:b end_turn"],
    ],
    ["a stall never ends", script().stall().steps, ["wait Infinity end_turn"]],
    [
      "repeat for ever",
      script().text("a").tool("Bash", bash).repeat(script().tool("Read", {}).tool("Edit", {}))
        .steps,
      ["text:a Bash tool_use", "Read tool_use", "Edit tool_use", "Read tool_use", "Edit tool_use"],
    ],
    [
      "repeat some times",
      script().repeat(script().tool("Read", {}), 2).text("b").steps,
      ["Read tool_use", "Read tool_use", "text:b end_turn"],
    ],
    ["chunks", script().text("abcde", { chunks: 2 }).steps, ["text:abc|de end_turn"]],
    [
      "chunks never split a character",
      script().text("👀é", { chunks: 2 }).steps,
      ["text:👀|é end_turn"],
    ],
  ])("%s", (_, steps, expected) => {
    expect(outline(steps, expected.length)).toEqual(expected);
  });
});

test("the facts of a message come from all of its steps", () => {
  const steps = script()
    .text("a", { usage: { input: 1 }, headers: { a: "1" } })
    .tool("Bash", {}, { usage: { input: 5 }, headers: { b: "2" } }).steps;
  expect(replyAt(compileScript(steps), 0)).toMatchObject({
    usage: { input: 5 },
    headers: { a: "1", b: "2" },
  });
});

describe("refuses what has no meaning", () => {
  test.each<[Script, RegExp]>([
    [script().text("a").error(529).steps, /^step 2: an error takes the place of a message/],
    [script().tool("Bash", {}).text("a").fault("reset").steps, /^step 3: /],
    [script().repeat([]).steps, /^step 1: there is nothing to repeat/],
    [
      script().repeat(script().repeat(script().text("a"))).steps,
      /^step 1: a repeat cannot contain another/,
    ],
  ])("%j", (steps, message) => {
    expect(() => compileScript(steps)).toThrow(message);
  });
});
