import { streams } from "../contract.ts";
import type { StreamTypes } from "../contract-types.ts";
import { errorAnswer, toFleetError } from "../wire/error.ts";
import type { Connection } from "./connection.ts";
import { readJson } from "./read-json.ts";
import { Retries, type Steering } from "./retries.ts";

/** What to read of a stream, and until when. */
export interface ResumeOptions<Input> extends Steering {
  readonly input: Input;
  /** Called each time the daemon has begun to answer. */
  readonly onOpen?: () => void;
}

/**
 * Reads a stream to its end. When the connection breaks, it goes on after the last item, also with a
 * daemon that comes back within the patience of the connection; when none does, it throws
 * `DAEMON_UNREACHABLE`.
 */
export async function* resumeStream<Name extends keyof StreamTypes>(
  connection: Connection,
  name: Name,
  { input, onOpen, ...options }: ResumeOptions<StreamTypes[Name]["input"]>,
): AsyncGenerator<StreamTypes[Name]["item"]> {
  const retries = new Retries(connection, options);
  const { signal } = retries;
  let lastEventId: string | undefined;
  while (!signal.aborted) {
    const place = { signal, ...(lastEventId !== undefined && { lastEventId }) };
    let openedAt: number | undefined;
    let failure: unknown;
    try {
      for await (const event of connection.open(name, input, place)) {
        if (event.type === "end") return;
        if (event.type === "error") throw toFleetError(readJson(errorAnswer, event.data).error);
        if (openedAt === undefined) {
          openedAt = performance.now();
          retries.greet();
          onOpen?.();
        }
        lastEventId = event.id ?? lastEventId;
        if (event.type !== "message") continue;
        retries.recover();
        yield readJson<StreamTypes[Name]["item"]>(streams[name].item, event.data);
      }
    } catch (error) {
      failure = error;
    }
    if (signal.aborted) return;
    await retries.afterFailure(failure, openedAt);
  }
}
