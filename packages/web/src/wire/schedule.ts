import {
  type FireFate,
  type ScheduleFire,
  type ScheduleFireList,
  type ScheduleInfo,
  skipReasons,
} from "@herdctl/core";
import { z } from "zod";
import { answer, date, oneOf } from "./schema.ts";

export const scheduleInfo: z.ZodType<ScheduleInfo> = answer<ScheduleInfo>({
  agentName: z.string(),
  name: z.string(),
  type: oneOf<ScheduleInfo["type"]>({ interval: true, cron: true, webhook: true, chat: true }),
  interval: z.string().optional(),
  timezone: z.string().optional(),
  enabled: z.boolean(),
  nextTrigger: date.nullable(),
  lastTrigger: date.optional(),
  lastJob: z.string().optional(),
  prompt: z.string().optional(),
});

/** Why a due instant made no job. */
export const skipReason: z.ZodType<(typeof skipReasons)[number]> = z.literal(skipReasons);

export const scheduleFires: z.ZodType<ScheduleFireList> = answer<ScheduleFireList>({
  fires: z.array(
    answer<ScheduleFire>({
      agentName: z.string(),
      scheduleName: z.string(),
      dueAt: date,
      until: date.optional(),
      count: z.number(),
      fate: oneOf<FireFate>({ deciding: true, fired: true, skipped: true, missed: true }),
      reason: skipReason.optional(),
      jobId: z.string().optional(),
      decidedAt: date.optional(),
    }),
  ),
  nextCursor: z.string().optional(),
});
