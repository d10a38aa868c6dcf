import type { JobRecord } from "@herdctl/core";
import { describe, expect, it } from "vitest";
import { type Evidence, findOvertaking, findViolations } from "./invariants.ts";
import type { JournalEntry } from "./journal.ts";
import type { Snapshot } from "./snapshot.ts";

const job: JobRecord = {
  id: "job-1",
  agentName: "a",
  trigger: "manual",
  status: "completed",
  exitReason: "success",
  prompt: "x",
  priority: 0,
  queueSeq: 1,
  createdAt: "2026-01-01T00:00:00.000Z",
  attempt: 1,
  fence: 1,
  runtime: "sdk",
  workingDirectory: "/w",
};
const fire = {
  agentName: "a",
  scheduleName: "s",
  dueAt: "2026-01-01T00:00:00.000Z",
  fate: "fired",
  count: 1,
  jobId: "job-1",
} as const;

function evidence(now: Partial<Snapshot>, rest: Partial<Evidence> = {}): Evidence {
  const whole = { jobs: [job], queue: [], fires: [], leases: [], claims: [], outputs: new Map() };
  const known = {
    journal: [],
    takenOver: new Set<string>(),
    kept: 12,
    intervals: { "a/s": 1_000 },
  };
  return { now: { ...whole, ...now }, ...known, ...rest };
}

const accepted: JournalEntry = { kind: "accepted", jobId: "job-0", agentName: "a" };
const ran: JournalEntry = { kind: "ran", jobId: "job-1", agentName: "a" };
const later = "2026-01-01T00:00:02.000Z";
const scheduled = { ...job, trigger: "schedule" } as const;

describe("findViolations", () => {
  it("finds none where there is none", () => {
    expect(findViolations(evidence({ jobs: [scheduled], fires: [fire] }))).toEqual([]);
  });

  it("lets the history forget the oldest jobs, and no others", () => {
    const jobs = ["job-5", "job-6"].map((id) => ({ ...job, id }));
    const journal: JournalEntry[] = [accepted];
    expect(findViolations(evidence({ jobs }, { journal, kept: 2 }))).toEqual([]);
    const between = { ...accepted, jobId: "job-55" };
    expect(findViolations(evidence({ jobs }, { journal: [between], kept: 2 }))).toHaveLength(1);
  });

  it.each([
    { name: "a lost job", found: evidence({}, { journal: [accepted] }) },
    { name: "a job that ran twice", found: evidence({}, { journal: [ran, ran] }) },
    {
      name: "a job of a dead daemon that counts as done",
      found: evidence({}, { takenOver: new Set(["job-1"]) }),
    },
    { name: "a session that a finished job holds", found: evidence({ leases: ["job-1"] }) },
    { name: "a fire whose job is lost", found: evidence({ jobs: [], fires: [fire] }) },
    { name: "a scheduled job without a fire", found: evidence({ jobs: [scheduled] }) },
    {
      name: "a job with two fires",
      found: evidence({
        jobs: [scheduled],
        fires: [{ ...fire, dueAt: "2026-01-01T00:00:01.000Z" }, fire],
      }),
    },
    {
      name: "a due instant without a row",
      found: evidence({
        jobs: [scheduled],
        fires: [
          { agentName: "a", scheduleName: "s", dueAt: later, fate: "missed", count: 1 },
          fire,
        ],
      }),
    },
    {
      name: "an output with a line missing",
      found: evidence({ outputs: new Map([["job-1", [1, 3]]]) }),
    },
    {
      name: "a cancel that did not hold",
      found: evidence(
        { jobs: [{ ...job, status: "running" }] },
        { journal: [{ kind: "cancelled", jobId: "job-1" }] },
      ),
    },
  ])("finds $name", ({ found }) => {
    expect(findViolations(found).length).toBeGreaterThan(0);
  });
});

it("finds a job that overtook another", () => {
  const second: JournalEntry = { ...ran, jobId: "job-2" };
  expect(findOvertaking([["job-1", "job-2"]], [ran, second])).toEqual([]);
  expect(findOvertaking([["job-1", "job-2"]], [second, ran])).toHaveLength(1);
});
