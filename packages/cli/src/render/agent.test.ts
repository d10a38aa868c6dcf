import type { AgentInfo } from "@herdctl/core";
import { expect, test } from "vitest";
import { plainOutput } from "../../test/plain-output.ts";
import { renderAgent } from "./agent.ts";

const now = Date.parse("2026-01-31T10:00:00.000Z");
const idle: AgentInfo = {
  name: "reviewer",
  state: "idle",
  paused: false,
  runtime: "sdk",
  workingDirectory: "/fleet",
  configPath: "/fleet/agents/reviewer.yaml",
  concurrency: { running: 0, queued: 0, limit: 1 },
  runningJobs: [],
  schedules: [],
  nextTrigger: null,
};

test("tells what an agent does, may do and is made of, and nothing that it lacks", () => {
  const output = plainOutput();
  expect(renderAgent(idle, { output, now })).toBe(
    [
      "reviewer",
      "  state      idle",
      "  jobs       0 of 1 running",
      "  runtime    sdk",
      "  in         /fleet",
      "  file       /fleet/agents/reviewer.yaml",
    ].join("\n"),
  );
  const busy: AgentInfo = {
    ...idle,
    description: "Reads\nall.",
    state: "running",
    paused: true,
    model: "opus",
    concurrency: { running: 1, queued: 2, limit: 3 },
    currentJob: "job-2",
    runningJobs: ["job-2"],
    lastJob: "job-1",
    schedules: ["nightly", "weekly"],
    nextTrigger: new Date(now + 3_600_000),
  };
  const told = renderAgent(busy, { output, now });
  expect(told).toMatch(/^reviewer {2}Reads all\.$/m);
  expect(told).toMatch(/^ {2}state {6}running, paused$/m);
  expect(told).toMatch(/^ {2}jobs {7}1 of 3 running \(job-2\), 2 jobs queued$/m);
  expect(told).toMatch(/^ {2}last job {3}job-1$/m);
  expect(told).toMatch(/^ {2}schedules {2}nightly, weekly$/m);
  expect(told).toMatch(/^ {2}next fire {2}in 1h/m);
  expect(told).toMatch(/^ {2}runtime {4}sdk, opus$/m);
});
