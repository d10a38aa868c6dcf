import { z } from "zod";
import { type AgentTool, agentTool } from "../../runner/bridge/agent-tool.ts";
import type { Outcome } from "../../runner/outcome.ts";
import type { JobReport } from "../../state/job-record.ts";
import type { Fleet } from "../fleet.ts";
import type { ToolJob } from "./tool-job.ts";

/** Tells what came of the job, in words and data; the last report counts. */
export function reportTool(job: ToolJob): AgentTool {
  return agentTool({
    name: "report",
    description:
      "Report what came of this job to the people and programs that wait for it. Call it once, when you " +
      "are done or cannot go on; another report replaces the one before. With status `failure` the job " +
      "counts as failed.",
    input: {
      status: z
        .enum(["success", "partial", "failure"])
        .default("success")
        .describe("`partial`: some of it is done, and the summary says what is left."),
      summary: z
        .string()
        .min(1)
        .max(10_000)
        .describe("What was done and found, in a few sentences."),
      data: z
        .record(z.string(), z.unknown())
        .optional()
        .describe("The result as JSON, for programs: counts, links, ids."),
    },
    call: ({ status, summary, data }, call) =>
      job.once(call, async () => {
        const { fleet } = job;
        const report = fleet.redactor.value({ status, summary, ...(data && { data }) });
        checkSize(report);
        await job.update({ report });
        const { id: jobId, agentName } = job.record();
        fleet.emit("job:reported", { jobId, agentName, report });
        return "Reported.";
      }),
  });
}

/** An agent that says it has failed is believed, whatever Claude Code says of the run. */
export function obeyReport({ store }: Fleet, jobId: string, outcome: Outcome): Outcome {
  if (outcome.status !== "completed") return outcome;
  const report = store.jobs.get(jobId)?.report;
  if (report?.status !== "failure") return outcome;
  const message = `The agent reported failure: ${report.summary}`;
  return { ...outcome, status: "failed", exitReason: "error", error: { message } };
}

// It is part of every answer about the job.
const longestReport = 256 * 1_024;

function checkSize(report: JobReport): void {
  const size = Buffer.byteLength(JSON.stringify(report));
  if (size <= longestReport) return;
  throw new Error(
    `The report is ${size} bytes of JSON; at most ${longestReport} are kept. Shorten \`data\`, or write it to a file and use send_file.`,
  );
}
