import { z } from "zod";
import { type AgentTool, agentTool } from "../../runner/bridge/agent-tool.ts";
import type { JobRecord } from "../../state/job-record.ts";
import type { NewJob } from "../../state/store.ts";
import { findAgent, type Fleet } from "../fleet.ts";
import { toJob } from "../job-view.ts";
import { reportEnd } from "../report-end.ts";
import { newJob } from "../trigger.ts";
import { parseNextRun } from "./next-run-time.ts";
import type { ToolJob } from "./tool-job.ts";

/** Plans one more run of this agent; the last call counts. */
export function setNextRunTool(job: ToolJob): AgentTool {
  return agentTool({
    name: "set_next_run",
    description:
      "Plan one more run of yourself at a later time, beside your schedule: to look again when a build " +
      "is done, or to go on tomorrow. It takes the place of a run that you planned before.",
    input: {
      in: z.string().optional().describe("How long from now: `45m`, `12h`, `2d`."),
      at: z.iso.datetime({ offset: true }).optional().describe("Or when, with its time zone."),
      prompt: z
        .string()
        .min(1)
        .max(100_000)
        .optional()
        .describe("What to do then (default: what this job was asked)."),
      reason: z.string().max(1_000).optional().describe("Why, for the people who look after you."),
    },
    call: ({ prompt, reason, ...when }, call) =>
      job.once(call, async (id) => {
        const at = parseNextRun(when, job.fleet.clock.now());
        const planned = await plan(job, { id, at, prompt, reason });
        return `Planned for ${planned.wakeAt} as ${planned.id}.`;
      }),
  });
}

interface NextRun {
  readonly id: string;
  readonly at: Date;
  readonly prompt: string | undefined;
  readonly reason: string | undefined;
}

async function plan({ fleet, record }: ToolJob, next: NextRun): Promise<JobRecord> {
  const { job, replaced } = await fleet.store.jobs.enqueueLater(
    toNextJob(fleet, record(), next),
    next.at.toISOString(),
  );
  if (replaced !== undefined) reportEnd(fleet, replaced);
  fleet.emit("job:created", { job: toJob(job, fleet.redactor) });
  fleet.emit("job:waiting", { jobId: job.id, waitingFor: "time", wakeAt: next.at });
  fleet.accept(job);
  return job;
}

function toNextJob(fleet: Fleet, record: JobRecord, { id, prompt, reason }: NextRun): NewJob {
  const agent = findAgent(fleet.config, record.agentName);
  const schedule = agent.schedules.find((item) => item.name === record.scheduleName);
  const options = { promptOverride: prompt ?? record.prompt, trigger: "agent" } as const;
  return {
    ...newJob(fleet, { agent, options, ...(schedule && { schedule }) }),
    id,
    parentJobId: record.id,
    // Who asked for this run asked for the next one, too.
    ...(record.lineage && { lineage: record.lineage }),
    ...(reason !== undefined && { reason }),
  };
}
