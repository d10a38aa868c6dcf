import { z } from "zod";
import { agentName, instant } from "../fields.ts";
import { type FleetTool, fleetTool } from "../fleet-tool.ts";
import { jobShape, toToldJob } from "../told-job.ts";

export const listAgents: FleetTool = fleetTool({
  name: "list_agents",
  title: "List agents",
  description: "Lists the agents of the fleet: what each is for, and what it is doing now.",
  effect: "reads",
  input: z.strictObject({}),
  output: z.object({
    agents: z.array(
      z.object({
        name: z.string(),
        description: z.string().optional(),
        state: z.enum(["running", "idle"]),
        paused: z.boolean().describe("A paused agent starts no jobs; they wait in the queue."),
        running: z.number().describe("Jobs that run now."),
        queued: z.number().describe("Jobs that wait for their turn."),
        limit: z.number().describe("How many of its jobs may run at once."),
        runningJobs: z.array(z.string()),
        lastJob: z.string().optional(),
        schedules: z.array(z.string()),
        nextRunAt: instant.optional(),
      }),
    ),
  }),
  run: async ({ fleet }) => ({
    agents: (await fleet.getAgents()).map((agent) => ({
      name: agent.name,
      ...(agent.description !== undefined && { description: agent.description }),
      state: agent.state,
      paused: agent.paused,
      ...agent.concurrency,
      runningJobs: [...agent.runningJobs],
      ...(agent.lastJob !== undefined && { lastJob: agent.lastJob }),
      schedules: [...agent.schedules],
      ...(agent.nextTrigger && { nextRunAt: agent.nextTrigger.toISOString() }),
    })),
  }),
});

export const triggerAgent: FleetTool = fleetTool({
  name: "trigger_agent",
  title: "Run an agent",
  description:
    "Asks an agent to do something, as a job of its own. Returns as soon as the job is stored, with its " +
    "id: follow it with wait_for_job. At the agent's limit the job is queued. Each call makes a new job, " +
    "so after an error of the connection look with list_jobs before you call again.",
  effect: "adds",
  input: z.strictObject({
    agent: agentName,
    prompt: z
      .string()
      .min(1)
      .max(100_000)
      .optional()
      .describe(
        "What it is to do. It knows nothing of this conversation. Default: what its configuration says.",
      ),
    schedule: z
      .string()
      .min(1)
      .optional()
      .describe("Schedule of the agent whose prompt and settings to use."),
    priority: z.int().optional().describe("Place in the queue, higher first (default 0)."),
  }),
  output: jobShape,
  run: async ({ fleet }, { agent, prompt, schedule, priority }) =>
    toToldJob(
      await fleet.trigger(agent, schedule, {
        ...(prompt !== undefined && { promptOverride: prompt }),
        ...(priority !== undefined && { priority }),
      }),
    ),
});
