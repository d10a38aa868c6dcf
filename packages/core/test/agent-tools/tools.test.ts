import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FleetEvents, FleetManager, Job } from "@herdctl/core";
import { createTestFleet, script, type ScriptBuilder, type TestFleet } from "@herdctl/testing";
import { describe, expect, it } from "vitest";

interface Ran {
  readonly job: Job;
  readonly test: TestFleet;
  readonly fleet: FleetManager;
  /** What the tools answered, in order. */
  readonly answers: readonly string[];
}

interface Setup {
  readonly agents?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly scripts?: Readonly<Record<string, ScriptBuilder>>;
  readonly fleet?: Readonly<Record<string, unknown>>;
  readonly before?: (test: TestFleet, fleet: FleetManager) => unknown;
}

/** Runs agent `main` with this script, and hands over what it left while its fleet is there. */
async function running(
  says: ScriptBuilder,
  setup: Setup,
  look: (ran: Ran) => unknown,
): Promise<void> {
  await using test = await createTestFleet({
    agents: { main: { default_prompt: "Do it." }, ...setup.agents },
    scripts: { main: says, ...setup.scripts },
    ...(setup.fleet && { fleet: setup.fleet }),
  });
  await using fleet = test.manager();
  await fleet.initialize();
  await setup.before?.(test, fleet);
  await fleet.start();
  const { id } = await fleet.trigger("main");
  const job = await fleet.waitForJob(id);
  const answers: string[] = [];
  for await (const line of fleet.streamJobLines(id)) {
    if (line.type === "tool_result") answers.push(line.text ?? "");
  }
  await look({ job, test, fleet, answers });
}

const herdctl = (tool: string): string => `mcp__herdctl__${tool}`;

describe("report", () => {
  it("is on the job, in an event and in what hooks are told; the last one counts", async () => {
    const events: FleetEvents["job:reported"][0][] = [];
    const data = { pulls: [4, 5] };
    await running(
      script()
        .tool(herdctl("report"), { status: "partial", summary: "One of two." })
        .tool(herdctl("report"), { summary: "Both.", data })
        .text("Done."),
      {
        agents: {
          main: {
            default_prompt: "Do it.",
            hooks: { after_run: [{ type: "shell", command: "cat > told.json" }] },
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
      },
    );
  });

  it("of failure makes the job fail, whatever Claude Code says", async () => {
    await running(
      script().tool(herdctl("report"), { status: "failure", summary: "No access." }).text("Sorry."),
      {},
      ({ job }) =>
        expect(job).toMatchObject({
          status: "failed",
          exitReason: "error",
          error: { message: "The agent reported failure: No access." },
          result: { summary: "Sorry." },
        }),
    );
  });
});
