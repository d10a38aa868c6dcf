import { expect, test } from "vitest";
import { findAgentFile } from "./find-agent-file.ts";

test.each<[paths: readonly string[], named: string | undefined, found: string]>([
  [["README.md", "agent.yaml", "other.yaml"], undefined, "agent.yaml"],
  [["agent.yml"], undefined, "agent.yml"],
  [["reviewer.yaml", ".pre-commit-config.yaml", "x/y.yaml"], undefined, "reviewer.yaml"],
  [["agent.yaml", "other.yaml"], "other.yaml", "other.yaml"],
])("takes of %j, asked for %s, %s", (paths, named, found) => {
  expect(findAgentFile(paths, named)).toBe(found);
});

test.each<[paths: readonly string[], named: string | undefined, says: string]>([
  [["README.md"], undefined, "It has no YAML files."],
  [["a.yaml", "b.yml"], undefined, "There is a.yaml, b.yml."],
  [["a/agent.yaml", ".github/x.yml"], undefined, "There is a/agent.yaml."],
  [["agent.yaml"], "b.yaml", 'It has no file "b.yaml". There is agent.yaml.'],
  [Array.from({ length: 12 }, (_, index) => `${index}.yaml`), undefined, "9.yaml, …"],
])("refuses %j, asked for %s", (paths, named, says) => {
  expect(() => findAgentFile(paths, named)).toThrow(says);
});
