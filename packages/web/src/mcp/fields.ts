import { z } from "zod";

/** An instant as JSON has it. */
export const instant: z.ZodString = z.string().meta({ format: "date-time" });

/** How a tool names a job. */
export const jobName: z.ZodString = z
  .string()
  .min(1)
  .describe("Id of a job, a unique start of it, or `latest`.");

/** How a tool names an agent. */
export const agentName: z.ZodString = z
  .string()
  .min(1)
  .describe("Name of an agent, as list_agents gives it.");
