import type { ScheduleInfo } from "@herdctl/core";
import type { FleetOperations } from "@herdctl/web";
import { connectToRead } from "../connect.ts";
import type { Context } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";
import { type ComingFire, renderComingFires } from "../render/fire-table.ts";
import { toJson } from "../terminal/json.ts";

interface Options extends GlobalOptions {
  readonly count: number;
}

/** Which schedules; without names, all. */
export interface ScheduleSelection {
  readonly agentName?: string | undefined;
  readonly scheduleName?: string | undefined;
}

/** `herdctl schedule next` */
export async function listNextFires(
  { agentName, scheduleName }: ScheduleSelection,
  options: Options,
  context: Context,
): Promise<void> {
  const { output } = context;
  await using connected = await connectToRead(options, context);
  const { fleet } = connected;
  const named =
    agentName === undefined || scheduleName === undefined
      ? undefined
      : await fleet.getSchedule(agentName, scheduleName);
  const schedules = named ? [named] : await activeSchedules(fleet, agentName);
  const fires = await comingFires(fleet, schedules, options.count);
  if (options.json) return output.print(toJson({ fires }, 2));
  if (fires.length === 0) return output.note("Nothing fires by the clock.");
  output.print(renderComingFires(fires, { output, now: Date.now() }));
  if (named?.enabled === false) output.note("It is disabled: none of this happens.");
  else if (!connected.isDaemon) output.note("No fleet is running: nothing fires until it does.");
}

async function activeSchedules(
  fleet: FleetOperations,
  agentName: string | undefined,
): Promise<readonly ScheduleInfo[]> {
  const name = agentName === undefined ? undefined : (await fleet.getAgent(agentName)).name;
  const schedules = await fleet.getSchedules();
  return schedules.filter(
    (schedule) => schedule.enabled && (name === undefined || schedule.agentName === name),
  );
}

async function comingFires(
  fleet: FleetOperations,
  schedules: readonly ScheduleInfo[],
  count: number,
): Promise<readonly ComingFire[]> {
  const fires = await Promise.all(
    earliest(schedules, count).map(async ({ agentName, name }) => {
      const instants = await fleet.previewSchedule(agentName, name, count);
      return instants.map((at) => ({ agentName, scheduleName: name, at }));
    }),
  );
  return fires
    .flat()
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
    .slice(0, count);
}

/** Those among which the next `count` fires are: of a thousand schedules, only a few are asked. */
function earliest(schedules: readonly ScheduleInfo[], count: number): readonly ScheduleInfo[] {
  const timeOf = ({ nextTrigger }: ScheduleInfo): number => nextTrigger?.getTime() ?? 0;
  const known = schedules.filter(({ nextTrigger }) => nextTrigger !== null);
  const unknown = schedules.filter(
    ({ nextTrigger, type }) => nextTrigger === null && (type === "cron" || type === "interval"),
  );
  return [...known.toSorted((a, b) => timeOf(a) - timeOf(b)).slice(0, count), ...unknown];
}
