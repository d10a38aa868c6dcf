import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FleetEvents } from "@herdctl/core";
import { script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { herdctl, running } from "./running.ts";

const reports = script().tool(herdctl("report"), { summary: "Seen." }).text("Done.");

describe("a report", () => {
  it("is on the job, in an event and in what hooks are told; the last one counts", async () => {
    const events: FleetEvents["job:reported"][0][] = [];
    const data = { pulls: [4, 5] };
    await running(
      script()
        .tool(herdctl("report"), { status: "partial", summary: "One of two." })
        .tool(herdctl("report"), { summary: "Both.", data })
        .text("Done."),
      {
        main: {
          hooks: {
            after_run: [
              { type: "shell", command: "cat > told.json", when: "report.data.pulls" },
              { type: "shell", command: "touch never", when: "report.data.missing" },
            ],
          },
        },
        before: (_, fleet) => fleet.on("job:reported", (event) => void events.push(event)),
      },
      async ({ job, fleet, test }) => {
        const report = { status: "success", summary: "Both.", data };
        expect(job).toMatchObject({ status: "completed", report });
        expect(fleet.getJobs()[0]?.report).toEqual(report);
        expect(events.map((event) => event.report.status)).toEqual(["partial", "success"]);
        expect(events[1]).toEqual({ jobId: job.id, agentName: "main", report });
        const told = await readFile(join(test.workspace("main"), "told.json"), "utf8");
        expect(JSON.parse(told)).toMatchObject({ report });
        expect(existsSync(join(test.workspace("main"), "never"))).toBe(false);
      },
    );
  });

  it("of failure makes the job fail, whatever Claude Code says", async () => {
    const failure = { status: "failure", summary: "No access." };
    await running(script().tool(herdctl("report"), failure).text("Sorry."), {}, ({ job }) =>
      expect(job).toMatchObject({
        status: "failed",
        exitReason: "error",
        error: { message: "The agent reported failure: No access." },
        result: { summary: "Sorry." },
      }),
    );
  });

  it("that is too large, or none, is refused with words for the agent", async () => {
    await running(
      script()
        .tool(herdctl("report"), { summary: "Big.", data: { text: "x".repeat(300_000) } })
        .tool(herdctl("report"), { status: "great", summary: "Odd." })
        .text("Done."),
      {},
      ({ job, answers }) => {
        expect(job.report).toBeUndefined();
        expect(answers[0]).toContain("bytes of JSON; at most 262144 are kept");
        expect(answers[1]).toContain("status");
      },
    );
  });

  it.each(["default", "acceptEdits", "plan", "dontAsk", "bypassPermissions"])(
    "needs no permission in mode %s",
    async (mode) => {
      await running(reports, { main: { permission_mode: mode, tools: ["Read"] } }, ({ job }) =>
        expect(job).toMatchObject({ status: "completed", report: { summary: "Seen." } }),
      );
    },
  );

  it("cannot be made where the configuration denies the tool", async () => {
    await running(reports, { main: { denied_tools: [herdctl("report")] } }, ({ job, answers }) => {
      expect(job.report).toBeUndefined();
      expect(answers[0]).toContain("No such tool available");
    });
  });
});
