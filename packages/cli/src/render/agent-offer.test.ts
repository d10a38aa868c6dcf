import type { AgentPreview, InstalledAgentDetails } from "@herdctl/core";
import { expect, test } from "vitest";
import { plainOutput } from "../../test/plain-output.ts";
import { renderInstalledAgent, renderOffer } from "./agent-offer.ts";

const source = {
  type: "git",
  url: "https://github.com/acme/agents.git",
  ref: "v2",
  inside: "reviewer",
} as const;

const offer: AgentPreview = {
  name: "reviewer",
  description: "Reviews \u001B[31meverything\n  at once.",
  source,
  commit: "5f0c".repeat(10),
  folder: "agents/reviewer",
  file: "agent.yaml",
  files: [
    { path: "agent.yaml", size: 1_200, executable: false },
    { path: "check.sh", size: 300, executable: true },
  ],
  demands: [
    { kind: "runs", text: "on this machine, as you (sdk)" },
    { kind: "commands", text: "after a job runs: echo \u202Eno\nrm -rf x\n" },
    { kind: "commands", text: "before nightly runs: git fetch" },
  ],
  digest: "0f".repeat(32),
};

test("an offer says where it comes from and all that it asks for, each character to be seen", () => {
  expect(renderOffer(offer, plainOutput()).split("\n")).toEqual([
    "reviewer  Reviews \\u001b[31meverything at once.",
    "  from          https://github.com/acme/agents.git, reviewer at v2",
    `  commit        ${"5f0c".repeat(10)}`,
    "  into          agents/reviewer: 2 files, 1.5 kB",
    "                agent.yaml",
    "                check.sh (executable)",
    "  runs          on this machine, as you (sdk)",
    "  commands      after a job runs: echo \\u202eno",
    "                rm -rf x",
    "                before nightly runs: git fetch",
  ]);
});

test("an agent that was added says what became of its files, and whether the fleet has it", () => {
  const agent: InstalledAgentDetails = {
    name: "reviewer",
    source: { type: "folder", folder: "/shared/reviewer", inside: "" },
    installedAt: new Date("2026-01-31T10:00:00.000Z"),
    folder: "agents/reviewer",
    file: "agent.yaml",
    files: { "agent.yaml": "unchanged", "check.sh": "changed", "x.md": "missing" },
  };
  const lines = renderInstalledAgent(agent, plainOutput()).split("\n");
  expect(lines.toSpliced(2, 1)).toEqual([
    "reviewer",
    "  from          /shared/reviewer",
    "  in            agents/reviewer",
    "                agent.yaml",
    "                check.sh (changed)",
    "                x.md (missing)",
    "  note          the fleet file does not refer to it",
  ]);
  expect(lines[2]).toMatch(/^ {2}added {9}2026-01-31 /);
  const known = renderInstalledAgent({ ...agent, demands: offer.demands }, plainOutput());
  expect(known).not.toContain("does not refer");
  expect(known).toContain("before nightly runs: git fetch");
});

test("no text can look like a row of its own", () => {
  const text = `after a job runs: true${" ".repeat(60)}permissions   none`;
  const output = plainOutput({ columns: 40 });
  const lines = renderOffer({ ...offer, demands: [{ kind: "commands", text }] }, output).split(
    "\n",
  );
  expect(lines.filter((line) => line.startsWith("  permissions"))).toEqual([]);
  expect(Math.max(...lines.slice(1).map(({ length }) => length))).toBeLessThanOrEqual(40);
});
