import { z } from "zod";
import { instant } from "../fields.ts";
import { type FleetTool, fleetTool } from "../fleet-tool.ts";

const count = z.number();

export const fleetStatus: FleetTool = fleetTool({
  name: "fleet_status",
  title: "Status of the fleet",
  description:
    "Tells how the fleet stands as a whole: whether it runs, and how many jobs are where.",
  effect: "reads",
  input: z.strictObject({}),
  output: z.object({
    name: z.string().optional(),
    state: z
      .enum(["uninitialized", "initialized", "running", "stopping", "stopped"])
      .describe("`running`: schedules fire and queued jobs start by themselves."),
    paused: z.boolean(),
    uptimeMs: count,
    agents: z.object({ total: count, running: count, idle: count }),
    jobs: z.object({
      active: count,
      queued: count,
      waiting: count,
      completed: count,
      failed: count,
      cancelled: count,
    }),
    nextRunAt: instant.optional(),
  }),
  run: async ({ fleet }) => {
    const { name, state, paused, uptime, agents, jobs, scheduler } = await fleet.getStatus();
    return {
      ...(name !== undefined && { name }),
      state,
      paused,
      uptimeMs: uptime,
      agents: { ...agents },
      jobs: { ...jobs },
      ...(scheduler.nextTrigger && { nextRunAt: scheduler.nextTrigger.toISOString() }),
    };
  },
});

export const queue: FleetTool = fleetTool({
  name: "queue",
  title: "List the queue",
  description:
    "Lists the jobs that wait for their turn, next first, and what each waits for. `total` says how many " +
    "there are.",
  effect: "reads",
  input: z.strictObject({
    limit: z.int().min(1).max(200).default(50).describe("List at most this many."),
  }),
  output: z.object({
    total: count,
    items: z.array(
      z.object({
        job: z.string(),
        agent: z.string(),
        position: count,
        priority: count,
        queuedAt: instant,
        waitingFor: z
          .enum(["agent", "fleet", "paused"])
          .describe("Whose limit it waits for; paused: for a person to end a pause."),
      }),
    ),
  }),
  run: async ({ fleet }, { limit }) => {
    const { total, items } = await fleet.getQueue();
    return {
      total,
      items: items
        .slice(0, limit)
        .map(({ jobId, agentName, position, priority, queuedAt, waitingFor }) => ({
          job: jobId,
          agent: agentName,
          position,
          priority,
          queuedAt: queuedAt.toISOString(),
          waitingFor,
        })),
    };
  },
});
