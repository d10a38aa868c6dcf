import { expect, test } from "vitest";
import { digestOfAll } from "./digest.ts";
import type { AgentFile } from "./source-entry.ts";

const file = (path: string, text: string, executable = false): AgentFile => ({
  path,
  content: Buffer.from(text),
  executable,
});

const agent = file("agent.yaml", "name: a\n");
const script = file("check.sh", "exit 0\n", true);

test("the order of files does not matter", () => {
  expect(digestOfAll([script, agent])).toBe(digestOfAll([agent, script]));
});

test.each<[title: string, files: readonly AgentFile[]]>([
  ["another text", [agent, file("check.sh", "exit 1\n", true)]],
  ["another mode", [agent, file("check.sh", "exit 0\n", false)]],
  ["another path", [agent, file("check2.sh", "exit 0\n", true)]],
  ["one file less", [agent]],
  ["one file more", [agent, script, file("x", "")]],
  [
    "texts in each other's place",
    [file("agent.yaml", "exit 0\n"), file("check.sh", "name: a\n", true)],
  ],
])("%s is another digest", (_, files) => {
  expect(digestOfAll(files)).not.toBe(digestOfAll([agent, script]));
});
