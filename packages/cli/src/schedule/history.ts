import { connectToRead } from "../connect.ts";
import type { Context } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";
import { readPages } from "../read-pages.ts";
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
  options: Options,
  context: Context,
): Promise<void> {
  const { output } = context;
  await using connected = await connectToRead(options, context);
  const { items: fires, nextCursor } = await readPages(options, async (part) => {
    const list = await connected.fleet.getScheduleFires({
      ...(agentName !== undefined && { agentName }),
      ...(scheduleName !== undefined && { scheduleName }),
      ...part,
    });
    const { fires: items, ...rest } = list;
    return { items, ...rest };
  });
  if (options.json) return output.print(toJson({ fires, nextCursor }, 2));
  if (fires.length === 0) return output.note("No fire was due so far.");
  output.print(renderFires(fires, { output, now: Date.now() }));
  if (nextCursor !== undefined) output.note(`More with --limit or --cursor ${nextCursor}`);
}
