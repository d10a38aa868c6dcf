import { connectToRead } from "../connect.ts";
import type { Context } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";
import { renderFires } from "../render/fire-table.ts";
import { toJson } from "../terminal/json.ts";
import type { ScheduleSelection } from "./next.ts";

interface Options extends GlobalOptions {
  readonly limit: number;
  readonly cursor?: string;
}

/** `herdctl schedule history` */
export async function listFires(
  { agentName, scheduleName }: ScheduleSelection,
  { limit, cursor, ...options }: Options,
  context: Context,
): Promise<void> {
  const { output } = context;
  await using connected = await connectToRead(options, context);
  const list = await connected.fleet.getScheduleFires({
    limit,
    ...(agentName !== undefined && { agentName }),
    ...(scheduleName !== undefined && { scheduleName }),
    ...(cursor !== undefined && { cursor }),
  });
  if (options.json) return output.print(toJson(list, 2));
  if (list.fires.length === 0) return output.note("No fire was due so far.");
  output.print(renderFires(list.fires, { output, now: Date.now() }));
  if (list.nextCursor !== undefined) {
    output.note(`More with --limit or --cursor ${list.nextCursor}`);
  }
}
