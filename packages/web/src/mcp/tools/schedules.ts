import type { ScheduleInfo } from "@herdctl/core";
import { z } from "zod";
import { agentName, instant } from "../fields.ts";
import { type FleetTool, fleetTool } from "../fleet-tool.ts";

const scheduleShape = z.object({
  agent: z.string(),
  name: z.string(),
  type: z.enum(["interval", "cron", "webhook", "chat"]),
  expression: z.string().optional().describe("The interval or cron expression."),
  timezone: z.string().optional(),
  enabled: z.boolean(),
  nextRunAt: instant.optional(),
  lastRunAt: instant.optional(),
  lastJob: z.string().optional(),
});

export const listSchedules: FleetTool = fleetTool({
  name: "list_schedules",
  title: "List schedules",
  description:
    "Lists the schedules of the fleet, or of one agent: when agents run by themselves. `total` says how " +
    "many there are.",
  effect: "reads",
  input: z.strictObject({
    agent: agentName.optional(),
    limit: z.int().min(1).max(200).default(50).describe("List at most this many."),
  }),
  output: z.object({ total: z.number(), schedules: z.array(scheduleShape) }),
  run: async ({ fleet }, { agent, limit }) => {
    const name = agent === undefined ? undefined : (await fleet.getAgent(agent)).name;
    const found = (await fleet.getSchedules()).filter(
      (schedule) => name === undefined || schedule.agentName === name,
    );
    return { total: found.length, schedules: found.slice(0, limit).map(toShape) };
  },
});

const scheduleInput = z.strictObject({
  agent: agentName,
  schedule: z.string().min(1).describe("Name of the schedule, as list_schedules gives it."),
});

export const enableSchedule: FleetTool = fleetTool({
  name: "enable_schedule",
  title: "Enable a schedule",
  description:
    "Switches a schedule on again. What passed while it was off is not caught up. One that its file " +
    "disables stays off (INVALID_STATE).",
  effect: "adds",
  idempotent: true,
  input: scheduleInput,
  output: scheduleShape,
  run: async ({ fleet }, { agent, schedule }) => {
    await fleet.enableSchedule(agent, schedule);
    return toShape(await fleet.getSchedule(agent, schedule));
  },
});

export const disableSchedule: FleetTool = fleetTool({
  name: "disable_schedule",
  title: "Disable a schedule",
  description:
    "Switches a schedule off until somebody enables it again, over restarts. Jobs that run already go on.",
  effect: "ends",
  idempotent: true,
  input: scheduleInput,
  output: scheduleShape,
  run: async ({ fleet }, { agent, schedule }) => {
    await fleet.disableSchedule(agent, schedule);
    return toShape(await fleet.getSchedule(agent, schedule));
  },
});

function toShape(schedule: ScheduleInfo): z.output<typeof scheduleShape> {
  const { agentName: agent, name, type, enabled, interval, timezone, lastJob } = schedule;
  return {
    agent,
    name,
    type,
    enabled,
    ...(interval !== undefined && { expression: interval }),
    ...(timezone !== undefined && { timezone }),
    ...(schedule.nextTrigger && { nextRunAt: schedule.nextTrigger.toISOString() }),
    ...(schedule.lastTrigger && { lastRunAt: schedule.lastTrigger.toISOString() }),
    ...(lastJob !== undefined && { lastJob }),
  };
}
