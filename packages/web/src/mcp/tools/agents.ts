import type { AgentInfo } from "@herdctl/core";
import { z } from "zod";
import { agentName, instant } from "../fields.ts";
import { type FleetTool, fleetTool } from "../fleet-tool.ts";
import { jobShape, toToldJob } from "../told-job.ts";

const toldAgent = z.object({
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
});

export const listAgents: FleetTool = fleetTool({
  name: "list_agents",
  title: "List agents",
  description:
    "Lists the agents of the fleet: what each is for, and what it is doing now. `total` says how many " +
    "match; where that is more than were listed, narrow it with `search`.",
  effect: "reads",
  input: z.strictObject({
    search: z.string().optional().describe("Part of the name or of the description."),
    limit: z.int().min(1).max(200).default(50).describe("List at most this many."),
  }),
  output: z.object({ total: z.number(), agents: z.array(toldAgent) }),
  run: async ({ fleet }, { search = "", limit }) => {
    const found = (await fleet.getAgents()).filter((agent) => matches(agent, search));
    return { total: found.length, agents: found.slice(0, limit).map(toTold) };
  },
});

function toTold(agent: AgentInfo): z.output<typeof toldAgent> {
  const { name, description, state, paused, concurrency, lastJob } = agent;
  return {
    name,
    ...(description !== undefined && { description }),
    state,
    paused,
    ...concurrency,
    runningJobs: [...agent.runningJobs],
    ...(lastJob !== undefined && { lastJob }),
    schedules: [...agent.schedules],
    ...(agent.nextTrigger && { nextRunAt: agent.nextTrigger.toISOString() }),
  };
}

function matches({ name, description = "" }: AgentInfo, search: string): boolean {
  return `${name}\n${description}`.toLowerCase().includes(search.toLowerCase());
}

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
