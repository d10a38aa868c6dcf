import type { JobRecord } from "@herdctl/core";
import { describe, expect, it } from "vitest";
import type { Evidence } from "./evidence.ts";
import { findOvertaking, findViolations } from "./invariants.ts";
import type { JournalEntry } from "./journal.ts";
import { nothing, type SaidLine, type Snapshot } from "./snapshot.ts";

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
  const known = {
    journal: [],
    takenOver: new Set<string>(),
    kept: 12,
    intervals: { "a/s": 1_000 },
  };
  return { now: { ...nothing, jobs: [job], ...now }, ...known, ...rest };
}

const accepted: JournalEntry = { kind: "accepted", jobId: "job-0", agentName: "a" };
const ran = { kind: "ran", jobId: "job-1", agentName: "a", at: 1_000 } as const;
const overloaded = { ...ran, trouble: { status: 529 } } as const;
const usedUp = { ...ran, trouble: { status: 429, resetsAt: 5 } } as const;
const did = { kind: "did", jobId: "job-1", sessionId: "s-1", step: 1 } as const;
const paused = { kind: "paused", agentName: "a", at: 2_000 } as const;
const flaky = { ...job, agentName: "flaky", status: "failed", exitReason: "error" } as const;
const said = (attempt: number, seq: number): SaidLine => ({ attempt, seq, text: "Step 1." });
const later = "2026-01-01T00:00:02.000Z";
const scheduled = { ...job, trigger: "schedule" } as const;

describe("findViolations", () => {
  it("finds none where there is none", () => {
    expect(findViolations(evidence({ jobs: [scheduled], fires: [fire] }))).toEqual([]);
  });

  it("lets trouble, and a policy that resumes, run a job again", () => {
    const journals: (readonly JournalEntry[])[] = [
      [overloaded, ran],
      [usedUp, { ...ran, at: 5_000 }],
      [ran, ran].map((run) => ({ ...run, agentName: "resumer" })),
      [did, { ...did, step: 2 }, { ...did, sessionId: "s-2" }],
      [paused, { ...paused, kind: "resuming", at: 2_500 }],
    ];
    for (const journal of journals) expect(findViolations(evidence({}, { journal }))).toEqual([]);
    const given = evidence({ jobs: [flaky] }, { journal: [overloaded, overloaded, overloaded] });
    expect(findViolations(given)).toEqual([]);
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
      name: "a job that ran before its window opened",
      found: evidence({}, { journal: [usedUp, { ...ran, at: 4_999 }] }),
    },
    {
      name: "a job that is completed after a failure",
      found: evidence({}, { journal: [overloaded] }),
    },
    {
      name: "a job that was given up too early",
      found: evidence({ jobs: [flaky] }, { journal: [overloaded, overloaded] }),
    },
    {
      name: "a job that was tried too often",
      found: evidence({ jobs: [{ ...flaky, status: "running", retries: 3 }] }),
    },
    {
      name: "a job that did not wait for its window",
      found: evidence({ jobs: [{ ...flaky, exitReason: "rate_limited" }] }),
    },
    {
      name: "an interrupted job that was to be resumed",
      found: evidence({ jobs: [{ ...flaky, agentName: "resumer", exitReason: "interrupted" }] }),
    },
    { name: "a step that was done twice", found: evidence({}, { journal: [did, did] }) },
    {
      name: "work that began anew",
      found: evidence({ outputs: new Map([["job-1", [said(1, 1), said(2, 2)]]]) }),
    },
    {
      name: "a job that started while its agent was paused",
      found: evidence(
        { jobs: [{ ...job, startedAt: "1970-01-01T00:00:03.000Z" }], paused: ["a"] },
        { journal: [paused] },
      ),
    },
    { name: "a lost pause", found: evidence({}, { journal: [paused] }) },
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
      found: evidence({ outputs: new Map([["job-1", [said(1, 1), { attempt: 1, seq: 3 }]]]) }),
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
  const second = { ...ran, jobId: "job-2" };
  expect(findOvertaking([["job-1", "job-2"]], [ran, second])).toEqual([]);
  expect(findOvertaking([["job-1", "job-2"]], [second, ran])).toHaveLength(1);
});
