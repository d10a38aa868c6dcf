import { expect, test } from "vitest";
import { parse } from "yaml";
import { addAgentReference, removeAgentReference } from "./edit.ts";

test("adds a reference; comments, order and formatting stay", () => {
  const before = `# Our fleet.
version: 1

agents:
  # The first one.
  - path: agents/a.yaml   # since 2024
    overrides: { model:  "opus" }

web: { enabled: false }
`;
  expect(addAgentReference(before, { path: "agents/b.yaml" })).toBe(`# Our fleet.
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
  expect(parse(addAgentReference(before, { path: "b.yaml" }))).toEqual(after);
});

test.each(["agents: [ b.yaml ]  # as it is\n", "agents:\n  - path:  b.yaml\n"])(
  "leaves a file as it is that has the reference: %s",
  (text) => {
    expect(addAgentReference(text, { path: "b.yaml" })).toBe(text);
  },
);

test.each<[text: string, says: string]>([
  ["agents: [a.yaml\n", "The fleet file is not valid YAML: "],
  ["- a.yaml\n", "The fleet file is not a mapping."],
])("refuses %s", (text, says) => {
  expect(() => addAgentReference(text, { path: "b.yaml" })).toThrow(says);
});

test("adds and removes a reference with overrides", () => {
  const before = "agents:\n  - a.yaml # first\n\n  # Ours.\n  - path: c.yaml\n";
  const reference = { path: "b.yaml", overrides: { name: "b2" } };
  const after = addAgentReference(before, reference);
  expect(after).toBe(`${before}  - path: b.yaml\n    overrides:\n      name: b2\n`);
  expect(removeAgentReference(after, "./b.yaml")).toBe(before);
});

test.each<[title: string, before: string, after: unknown]>([
  ["the first of a list", "agents:\n- b.yaml\n- a.yaml", { agents: ["a.yaml"] }],
  ["the only one", "version: 1\nagents:\n  - b.yaml\n", { version: 1, agents: [] }],
  ["one of a list in a line", "agents: [a.yaml, b.yaml]\n", { agents: ["a.yaml"] }],
  ["one that begins below its dash", "agents:\n  -\n    path: b.yaml\n  - a\n", { agents: ["a"] }],
  ["the last, without a line end", "agents:\n  - a\n  - b.yaml # x", { agents: ["a"] }],
])("removes %s", (_, before, after) => {
  expect(parse(removeAgentReference(before, "b.yaml"))).toEqual(after);
});

test.each(["version: 1\n", "agents: [a.yaml]\n", "agents:\n  -\n  - a.yaml\n"])(
  "leaves a file as it is that has no such reference: %s",
  (text) => {
    expect(removeAgentReference(text, "b.yaml")).toBe(text);
  },
);
