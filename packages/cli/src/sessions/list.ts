import { connectToRead } from "../connect.ts";
import type { Context } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";
import { renderSessions } from "../render/session-table.ts";
import { toJson } from "../terminal/json.ts";

interface Options extends GlobalOptions {
  readonly all?: boolean;
}

/** `herdctl sessions list` */
export async function listSessions(
  agentName: string | undefined,
  { all = false, ...options }: Options,
  context: Context,
): Promise<void> {
  const { output } = context;
  await using connected = await connectToRead(options, context);
  const filter = { all, ...(agentName !== undefined && { agentName }) };
  const sessions = await connected.fleet.getSessions(filter);
  if (options.json) return output.print(toJson({ sessions }, 2));
  if (sessions.length === 0) return output.note("No agent has a session.");
  output.print(renderSessions(sessions, { output, now: Date.now() }));
}
