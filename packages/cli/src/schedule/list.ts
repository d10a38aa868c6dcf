import { connectToRead } from "../connect.ts";
import type { Context } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";
import { renderSchedules } from "../render/schedule-table.ts";
import { toJson } from "../terminal/json.ts";

/** `herdctl schedule list` */
export async function listSchedules(options: GlobalOptions, context: Context): Promise<void> {
  const { output } = context;
  await using connected = await connectToRead(options, context);
  const schedules = await connected.fleet.getSchedules();
  if (options.json) return output.print(toJson({ schedules }, 2));
  if (schedules.length === 0) return output.note("No agent has a schedule.");
  output.print(renderSchedules(schedules, { output, now: Date.now() }));
}
