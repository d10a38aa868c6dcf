import type { Readable } from "node:stream";
import { createParser } from "eventsource-parser";

/** One server-sent event. */
export interface ServerEvent {
  /** `message` for an item, else the name of what it says about the stream. */
  readonly type: string;
  readonly id?: string;
  readonly data: string;
}

/** Reads a body as server-sent events. */
export async function* readServerEvents(body: Readable): AsyncGenerator<ServerEvent> {
  let parsed: ServerEvent[] = [];
  const parser = createParser({
    onEvent: ({ event, id, data }) =>
      parsed.push({ type: event ?? "message", data, ...(id !== undefined && { id }) }),
  });
  body.setEncoding("utf8");
  for await (const chunk of body) {
    parser.feed(String(chunk));
    const ready = parsed;
    parsed = [];
    yield* ready;
  }
}
