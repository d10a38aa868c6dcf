import { z } from "zod";
import type { FleetEvent } from "../operations.ts";
import { approval } from "./approval.ts";
import { errorField } from "./error.ts";
import { job, jobReport, jobResult, sentFile, waitReason } from "./job.ts";
import { skipReason } from "./schedule.ts";
import { answer, date, type Shape } from "./schema.ts";

type EventOf<Type extends FleetEvent["type"]> = Extract<FleetEvent, { readonly type: Type }>;
type PayloadShape<Type extends FleetEvent["type"]> = Shape<Omit<EventOf<Type>, "type">>;

const text = z.string();

const payloads: { readonly [Type in FleetEvent["type"]]: PayloadShape<Type> } = {
  started: { timestamp: date },
  stopped: { timestamp: date, reason: text.optional() },
  paused: { agentName: text.optional() },
  resumed: { agentName: text.optional() },
  "config:reloaded": { changes: z.array(text) },
  "agent:started": { agentName: text, jobId: text },
  "agent:stopped": { agentName: text, jobId: text, reason: text },
  "schedule:triggered": { agentName: text, scheduleName: text, jobId: text },
  "schedule:skipped": { agentName: text, scheduleName: text, reason: skipReason },
  "schedule:missed": {
    agentName: text,
    scheduleName: text,
    from: date,
    until: date,
    count: z.number(),
  },
  "schedule:enabled": { agentName: text, scheduleName: text },
  "schedule:disabled": { agentName: text, scheduleName: text },
  "memory:changed": { agentName: text, key: text.optional() },
  "job:created": { job },
  "job:queued": { jobId: text, agentName: text, position: z.number() },
  "job:waiting": { jobId: text, waitingFor: waitReason, wakeAt: date.optional() },
  "approval:requested": { approval },
  "approval:answered": { approval },
  "job:reported": { jobId: text, agentName: text, report: jobReport },
  "job:file": { jobId: text, agentName: text, file: sentFile },
  "job:completed": { jobId: text, result: jobResult },
  "job:failed": { jobId: text, error: errorField, result: jobResult.optional() },
  "job:cancelled": { jobId: text, reason: text },
  gap: {},
};

/** One event of the fleet with its type beside its payload. */
export const fleetEvent: z.ZodType<FleetEvent> = z.union(
  Object.entries(payloads).map(([type, shape]) =>
    answer({ type: z.literal(type), ...shape } as Shape<FleetEvent>),
  ),
);
