import { connectToWrite } from "../connect.ts";
import type { Context } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";
import { formatRelative } from "../terminal/format.ts";
import { toJson } from "../terminal/json.ts";

/** A schedule, and whether it is to fire. */
export interface ScheduleSwitch {
  readonly agentName: string;
  readonly scheduleName: string;
  readonly enabled: boolean;
}

/** `herdctl schedule enable` and `herdctl schedule disable` */
export async function switchSchedule(
  { agentName, scheduleName, enabled }: ScheduleSwitch,
  options: GlobalOptions,
  context: Context,
): Promise<void> {
  const { output } = context;
  await using connected = await connectToWrite(options, context);
  const { fleet } = connected;
  await (enabled
    ? fleet.enableSchedule(agentName, scheduleName)
    : fleet.disableSchedule(agentName, scheduleName));
  const schedule = await fleet.getSchedule(agentName, scheduleName);
  if (options.json) return output.print(toJson(schedule, 2));
  const name = `${schedule.agentName} ${schedule.name}`;
  const { nextTrigger } = schedule;
  const next = nextTrigger ? `, next fire ${formatRelative(nextTrigger, Date.now())}` : "";
  output.print(enabled ? `Enabled ${name}${next}.` : `Disabled ${name}.`);
}
