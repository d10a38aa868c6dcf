import { inPrompt, ManualClock, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { herdctl, running } from "./running.ts";

const triggerAgent = herdctl("trigger_agent");
const worker = { default_prompt: "Work." };

describe("trigger_agent", () => {
  it("makes a job of another agent, and tells how it went", async () => {
    const says = script().tool(herdctl("report"), { summary: "Found two." }).text("Two.");
    await running(
      script()
        .tool(triggerAgent, { agent: "worker", prompt: inPrompt(says), wait: true })
        .text("Done."),
      { main: { can_trigger: ["worker"] }, agents: { worker } },
      ({ job, fleet, answers }) => {
        const [child] = fleet.getJobs({ agentName: "worker" });
        expect(child).toMatchObject({
          status: "completed",
          trigger: "agent",
          parentJobId: job.id,
          lineage: ["main"],
        });
        expect(JSON.parse(answers[0] ?? "")).toEqual({
          jobId: child?.id,
          status: "completed",
          exitReason: "success",
          report: { status: "success", summary: "Found two." },
          summary: "Two.",
        });
      },
    );
  });

  it("goes on at once without `wait`", async () => {
    const says = inPrompt(script().text("Worked."));
    await running(
      script().tool(triggerAgent, { agent: "worker", prompt: says }).text("Done."),
      { main: { can_trigger: ["worker"] }, agents: { worker } },
      async ({ fleet, answers }) => {
        const { jobId } = JSON.parse(answers[0] ?? "");
        expect(await fleet.waitForJob(jobId)).toMatchObject({ result: { summary: "Worked." } });
      },
    );
  });

  it("reaches only the agents that the configuration names", async () => {
    await running(
      script()
        .tool(triggerAgent, { agent: "other", prompt: "Go." })
        .tool(triggerAgent, { agent: "nobody", prompt: "Go." })
        .text("Done."),
      { main: { can_trigger: ["worker"] }, agents: { worker, other: worker } },
      ({ fleet, answers }) => {
        expect(fleet.getJobs()).toHaveLength(1);
        expect(answers[0]).toContain('You may not trigger "other". You may trigger: worker.');
        expect(answers[1]).toContain('You may not trigger "nobody"');
      },
    );
  });

  it("is not there where the configuration names nobody", async () => {
    await running(
      script().tool(triggerAgent, { agent: "worker", prompt: "Go." }).text("Done."),
      { agents: { worker } },
      ({ answers }) => expect(answers[0]).toContain("No such tool available"),
    );
  });

  it("never goes in circles", async () => {
    const back = inPrompt(
      script().tool(triggerAgent, { agent: "main", prompt: "Go." }).text("No way."),
    );
    await running(
      script().tool(triggerAgent, { agent: "worker", prompt: back, wait: true }).text("Done."),
      {
        main: { can_trigger: ["worker"] },
        agents: { worker: { ...worker, can_trigger: ["main"] } },
      },
      ({ fleet }) => {
        expect(fleet.getJobs().map(({ agentName }) => agentName)).toEqual(["worker", "main"]);
      },
    );
  });

  it("does not wait where nothing could start meanwhile", async () => {
    await running(
      script()
        .tool(triggerAgent, { agent: "worker", prompt: "Go.", wait: true })
        .tool(triggerAgent, { agent: "worker", prompt: inPrompt(script().text("Worked.")) })
        .text("Done."),
      {
        main: { can_trigger: ["worker"] },
        agents: { worker },
        fleet: { concurrency: { fleet_wide: 1 } },
      },
      async ({ fleet, answers }) => {
        expect(answers[0]).toContain("none could start. Trigger it without `wait`.");
        const { jobId } = JSON.parse(answers[1] ?? "");
        expect(await fleet.waitForJob(jobId)).toMatchObject({ status: "completed" });
        expect(fleet.getJobs()).toHaveLength(2);
      },
    );
  });

  it("waits for ten minutes, and no longer", async () => {
    const clock = new ManualClock(Date.now());
    const stuck = inPrompt(script().text("Thinking.").stall());
    await running(
      script().tool(triggerAgent, { agent: "worker", prompt: stuck, wait: true }).text("Done."),
      {
        main: { can_trigger: ["worker"] },
        agents: { worker },
        options: { clock },
        before: (_, fleet) =>
          fleet.on("job:output", ({ line }) => {
            if (line.text === "Thinking.") void clock.advance(600_000);
          }),
      },
      async ({ fleet, job, answers }) => {
        expect(job.status).toBe("completed");
        expect(JSON.parse(answers[0] ?? "")).toMatchObject({
          status: "running",
          note: "It is not over after 10 minutes, and goes on.",
        });
        await fleet.cancelAll();
      },
    );
  });

  it("goes on with what it asked for when the job that asked is cancelled", async () => {
    const slow = inPrompt(script().text("Thinking.").wait(3_000).text("Thought."));
    await running(
      script().tool(triggerAgent, { agent: "worker", prompt: slow, wait: true }).text("Done."),
      {
        main: { can_trigger: ["worker"] },
        agents: { worker },
        before: (_, fleet) =>
          fleet.on("agent:started", ({ agentName }) => {
            const [asking] = fleet.getJobs({ agentName: "main" });
            if (agentName === "worker") void fleet.cancelJob(asking?.id ?? "");
          }),
      },
      async ({ fleet, job }) => {
        expect(job.status).toBe("cancelled");
        const [child] = fleet.getJobs({ agentName: "worker" });
        expect(await fleet.waitForJob(child?.id ?? "")).toMatchObject({ status: "completed" });
      },
    );
  });

  it("tells of a job that failed, and of one that cannot run", async () => {
    await running(
      script()
        .tool(triggerAgent, {
          agent: "worker",
          prompt: inPrompt(
            script().tool(herdctl("report"), { status: "failure", summary: "No." }).text("No."),
          ),
          wait: true,
        })
        .tool(triggerAgent, { agent: "homeless", prompt: "Go." })
        .text("Done."),
      {
        main: { can_trigger: ["worker", "homeless"] },
        agents: { worker, homeless: { ...worker, working_directory: "/nowhere/at/all" } },
      },
      ({ answers }) => {
        expect(JSON.parse(answers[0] ?? "")).toMatchObject({
          status: "failed",
          exitReason: "error",
          error: "The agent reported failure: No.",
        });
        expect(answers[1]).toContain("/nowhere/at/all");
      },
    );
  });
});
