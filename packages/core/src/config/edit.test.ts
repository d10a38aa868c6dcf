import { expect, test } from "vitest";
import { parse } from "yaml";
import { addAgentReference } from "./edit.ts";

test("adds a reference; comments, order and formatting stay", () => {
  const before = `# Our fleet.
version: 1

agents:
  # The first one.
  - path: agents/a.yaml   # since 2024
    overrides: { model:  "opus" }

web: { enabled: false }
`;
  expect(addAgentReference(before, "agents/b.yaml")).toBe(`# Our fleet.
version: 1

agents:
  # The first one.
  - path: agents/a.yaml   # since 2024
    overrides: { model:  "opus" }
  - path: agents/b.yaml

web: { enabled: false }
`);
});

test.each<[title: string, before: string, after: unknown]>([
  ["an empty file", "", { agents: [{ path: "b.yaml" }] }],
  ["a file without agents", "version: 1\n", { version: 1, agents: [{ path: "b.yaml" }] }],
  ["an empty list", "agents: []\n", { agents: [{ path: "b.yaml" }] }],
  ["a key without a list", "agents:\n", { agents: [{ path: "b.yaml" }] }],
  [
    "a list at the end of the file",
    "agents:\n- a.yaml",
    { agents: ["a.yaml", { path: "b.yaml" }] },
  ],
  [
    "a list that begins beside a comment",
    "agents: # ours\n    - >-\n      a.yaml\n# later\n",
    { agents: ["a.yaml", { path: "b.yaml" }] },
  ],
  ["a list of texts", "agents: [a.yaml]\n", { agents: ["a.yaml", { path: "b.yaml" }] }],
])("adds to %s", (_, before, after) => {
  expect(parse(addAgentReference(before, "b.yaml"))).toEqual(after);
});

test.each(["agents: [ b.yaml ]  # as it is\n", "agents:\n  - path:  b.yaml\n"])(
  "leaves a file as it is that has the reference: %s",
  (text) => {
    expect(addAgentReference(text, "b.yaml")).toBe(text);
  },
);

test.each<[text: string, says: string]>([
  ["agents: [a.yaml\n", "The fleet file is not valid YAML: "],
  ["- a.yaml\n", "The fleet file is not a mapping."],
])("refuses %s", (text, says) => {
  expect(() => addAgentReference(text, "b.yaml")).toThrow(says);
});
