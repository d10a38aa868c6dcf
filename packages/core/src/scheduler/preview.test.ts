import { describe, expect, it } from "vitest";
import type { ResolvedSchedule } from "../config/resolved.ts";
import { previewSchedule } from "./preview.ts";

function preview(timing: Partial<ResolvedSchedule>, count: number): string[] {
  const schedule: ResolvedSchedule = {
    name: "s",
    type: "interval",
    enabled: true,
    jitter: 0,
    overlap: "skip",
    catchUp: "latest",
    catchUpWindow: 1,
    resumeSession: false,
    outputToFile: false,
    source: { file: "a.yaml", line: 1 },
    ...timing,
  };
  const after = Date.parse("2026-01-01T00:00:30Z");
  const anchor = Date.parse("2026-01-01T00:00:00Z");
  const dates = previewSchedule({ agentName: "a", schedule }, { anchor, after, count });
  return dates.map((date) => date.toISOString().slice(0, 19));
}

describe("previewSchedule", () => {
  it("gives the next fires of an interval and of a calendar", () => {
    expect(preview({ interval: 60_000 }, 2)).toEqual([
      "2026-01-01T00:01:00",
      "2026-01-01T00:02:00",
    ]);
    expect(preview({ type: "cron", cron: "0 6 * * *", timezone: "UTC" }, 2)).toEqual([
      "2026-01-01T06:00:00",
      "2026-01-02T06:00:00",
    ]);
  });

  it("ends where nothing is known", () => {
    expect(preview({ type: "webhook" }, 3)).toEqual([]);
    expect(preview({ interval: 60_000 }, 0)).toEqual([]);
  });
});
