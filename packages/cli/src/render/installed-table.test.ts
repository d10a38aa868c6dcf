import type { InstalledAgentInfo } from "@herdctl/core";
import { expect, test } from "vitest";
import { plainOutput } from "../../test/plain-output.ts";
import { renderInstalled } from "./installed-table.ts";

const agent: InstalledAgentInfo = {
  name: "reviewer",
  source: { type: "git", url: "https://x.example/a.git", inside: "" },
  commit: "5f0c".repeat(10),
  installedAt: new Date("2026-01-31T10:00:00.000Z"),
  folder: "agents/reviewer",
  file: "agent.yaml",
  files: { "agent.yaml": "unchanged" },
};

test("shows where agents came from, and how many of their files are not as they were", () => {
  const { commit: _, ...writer } = {
    ...agent,
    name: "writer",
    files: { a: "changed", b: "missing", c: "unchanged" },
  } as const;
  const now = Date.parse("2026-01-31T12:00:00.000Z");
  const table = renderInstalled([agent, writer], { output: plainOutput(), now });
  expect(table.split("\n")).toEqual([
    "AGENT     FILES           COMMIT        ADDED   FROM",
    "reviewer  unchanged       5f0c5f0c5f0c  2h ago  https://x.example/a.git",
    "writer    2 of 3 changed  –             2h ago  https://x.example/a.git",
  ]);
});
