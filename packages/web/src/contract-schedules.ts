import type { ScheduleFireFilter } from "@herdctl/core";
import { z } from "zod";
import { none } from "./contract-nothing.ts";
import type {
  Nothing,
  Operations,
  PreviewQuery,
  RequestParts,
  ScheduleParams,
} from "./contract-types.ts";
import { scheduleFires, scheduleInfo } from "./wire/schedule.ts";
import { answer, date, name, pageShape, queryInteger, request } from "./wire/schema.ts";

const params = request<ScheduleParams>({ agentName: name, scheduleName: name });
const input = request<RequestParts<ScheduleParams>>({ ...none, params });
// Each is searched for in the calendar; the fleet waits meanwhile.
const mostInstants = 1_000;

/** The part of the HTTP API that is about schedules and what became of their due instants. */
export const scheduleOperations: Pick<
  Operations,
  | "getSchedules"
  | "getSchedule"
  | "getScheduleFires"
  | "previewSchedule"
  | "enableSchedule"
  | "disableSchedule"
> = {
  getSchedules: {
    method: "GET",
    path: "/api/schedules",
    status: 200,
    input: request<RequestParts>(none),
    output: answer({ schedules: z.array(scheduleInfo) }),
    polled: true,
  },
  getSchedule: {
    method: "GET",
    path: "/api/agents/:agentName/schedules/:scheduleName",
    status: 200,
    input,
    output: scheduleInfo,
  },
  getScheduleFires: {
    method: "GET",
    path: "/api/fires",
    status: 200,
    input: request<RequestParts<Nothing, ScheduleFireFilter>>({
      ...none,
      query: request<ScheduleFireFilter>({
        agentName: name.optional(),
        scheduleName: name.optional(),
        ...pageShape,
      }),
    }),
    output: scheduleFires,
  },
  previewSchedule: {
    method: "GET",
    path: "/api/agents/:agentName/schedules/:scheduleName/preview",
    status: 200,
    input: request<RequestParts<ScheduleParams, PreviewQuery>>({
      ...none,
      params,
      query: request<PreviewQuery>({ count: queryInteger(1, mostInstants).optional() }),
    }),
    output: answer({ instants: z.array(date) }),
  },
  enableSchedule: {
    method: "POST",
    path: "/api/agents/:agentName/schedules/:scheduleName/enable",
    status: 204,
    input,
    output: z.undefined(),
  },
  disableSchedule: {
    method: "POST",
    path: "/api/agents/:agentName/schedules/:scheduleName/disable",
    status: 204,
    input,
    output: z.undefined(),
  },
};
