import { connectToOwnDaemon } from "../connect.ts";
import type { Context } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";

/** Has the daemon of the fleet, where one runs, read the configuration anew. */
export async function activate(options: GlobalOptions, context: Context): Promise<boolean> {
  await using daemon = await connectToOwnDaemon(options, context);
  await daemon?.fleet.reload();
  return daemon !== undefined;
}
