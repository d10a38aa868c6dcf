import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainJob } from "../../test/plain-job.ts";
import type { JobRecord } from "../state/job-record.ts";
import type { FinishJob } from "../state/store.ts";
import { contextVariables, isPhaseOf, isWanted, toHookContext } from "./context.ts";

const job: JobRecord = {
  ...plainJob,
  agentName: "ops.writer",
  scheduleName: "nightly",
  trigger: "schedule",
  prompt: "Write.",
  startedAt: "2026-03-01T12:00:10.000Z",
  workItem: { source: "folder", id: "a.md", title: "A", text: "long", location: "/tasks/a.md" },
};
const agent = { qualifiedName: "ops.writer", identity: { name: "Scribe" } };
const now = "2026-03-01T12:00:15.500Z";
const success: FinishJob = { status: "completed", exitReason: "success", summary: "Done." };

function contextOf(end?: FinishJob, metadata?: Record<string, unknown>) {
  return toHookContext({ job, agent, now, ...(end && { end }), ...(metadata && { metadata }) });
}

describe("the context", () => {
  it("tells of job, agent, result and metadata", () => {
    expect(contextOf({ ...success, costUsd: 0.5, turns: 2 }, { publish: true })).toEqual({
      event: "completed",
      job: {
        id: "job-1",
        agentId: "ops.writer",
        scheduleName: "nightly",
        trigger: "schedule",
        prompt: "Write.",
        attempt: 1,
        startedAt: "2026-03-01T12:00:10.000Z",
        completedAt: now,
        durationMs: 5_500,
        exitReason: "success",
        turns: 2,
        costUsd: 0.5,
        workItem: { source: "folder", id: "a.md", title: "A" },
      },
      result: { success: true, output: "Done." },
      agent: { id: "ops.writer", name: "Scribe" },
      metadata: { publish: true },
    });
  });

  it("has no result before the run", () => {
    const context = contextOf();
    expect(context.event).toBe("before_run");
    expect(context.result).toBeUndefined();
    expect(context.job.completedAt).toBeUndefined();
  });

  it.each([
    [{ status: "completed", exitReason: "success" }, "completed", true],
    [{ status: "failed", exitReason: "timeout" }, "timeout", false],
    [{ status: "failed", exitReason: "unverified" }, "failed", false],
    [{ status: "cancelled", exitReason: "cancelled" }, "cancelled", false],
  ] as const)("of %o is %s", (end, event, isSuccess) => {
    const context = contextOf({ ...end, error: { message: "why" } });
    expect(context).toMatchObject({ event, result: { success: isSuccess, error: "why" } });
  });

  it("is there as variables too", () => {
    expect(contextVariables(contextOf({ ...success, sessionId: "s-1" }))).toEqual({
      HERDCTL_EVENT: "completed",
      HERDCTL_JOB_ID: "job-1",
      HERDCTL_AGENT: "ops.writer",
      HERDCTL_TRIGGER: "schedule",
      HERDCTL_SCHEDULE: "nightly",
      HERDCTL_EXIT_REASON: "success",
      HERDCTL_SESSION_ID: "s-1",
    });
  });
});

describe("a list of hooks", () => {
  it.each([
    ["after_run", success, true],
    ["after_run", { status: "failed", exitReason: "error" }, true],
    ["after_run", { status: "failed", exitReason: "rejected" }, false],
    ["after_run", { status: "cancelled", exitReason: "cancelled" }, false],
    ["on_error", success, false],
    ["on_error", { status: "failed", exitReason: "rejected" }, true],
    ["on_error", { status: "cancelled", exitReason: "cancelled" }, false],
    ["before_run", success, false],
  ] as const)("%s after %o: %s", (phase, end, expected) => {
    expect(isPhaseOf(phase, end)).toBe(expected);
  });
});

describe("a hook", () => {
  const all = { onEvents: [] } as const;

  it.each([
    [all, true],
    [{ onEvents: ["completed"] }, true],
    [{ onEvents: ["failed", "timeout"] }, false],
    [{ ...all, when: "result.success" }, true],
    [{ ...all, when: "result.error" }, false],
    [{ ...all, when: "metadata.list.0.name" }, true],
    [{ ...all, when: "metadata.zero" }, false],
    [{ ...all, when: "metadata.text.length" }, false],
    [{ ...all, when: "metadata.toString" }, false],
    [{ ...all, when: "metadata.__proto__" }, false],
    [{ ...all, when: "nothing.at.all" }, false],
  ] as const)("%o is wanted: %s", (hook, expected) => {
    const context = contextOf(success, { list: [{ name: "x" }], zero: 0, text: "abc" });
    expect(
      isWanted(
        { onEvents: [...hook.onEvents], ...("when" in hook && { when: hook.when }) },
        context,
      ),
    ).toBe(expected);
  });

  it("is not asked about outcomes before the run", () => {
    expect(isWanted({ onEvents: ["failed"] }, contextOf())).toBe(true);
  });

  it("is wanted or not, whatever path it names", () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (when, value) => {
        const metadata = { value };
        expect(typeof isWanted({ ...all, onEvents: [], when }, contextOf(success, metadata))).toBe(
          "boolean",
        );
      }),
    );
  });
});
