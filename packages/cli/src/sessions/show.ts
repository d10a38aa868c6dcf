import { connectToRead } from "../connect.ts";
import type { Context } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";
import { paintMessage } from "../render/session-message.ts";
import { toJson } from "../terminal/json.ts";

/** `herdctl sessions show` */
export async function showSession(
  id: string,
  options: GlobalOptions,
  context: Context,
): Promise<void> {
  const { output } = context;
  await using connected = await connectToRead(options, context);
  const { sessionId } = await connected.fleet.getSession(id);
  let cursor: string | undefined;
  do {
    const filter = cursor === undefined ? {} : { cursor };
    const page = await connected.fleet.getSessionMessages(sessionId, filter);
    for (const message of page.messages) {
      output.write(options.json ? `${toJson(message)}\n` : paintMessage(message, output));
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined && !output.closed.aborted);
}
