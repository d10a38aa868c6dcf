import { setTimeout as delay } from "node:timers/promises";
import { FleetManagerError } from "@herdctl/core";
import { streams } from "../contract.ts";
import type { StreamTypes } from "../contract-types.ts";
import { errorAnswer, toFleetError } from "../wire/error.ts";
import type { Connection } from "./connection.ts";
import { readJson } from "./read-json.ts";

/** What to read of a stream, and until when. */
export interface ResumeOptions<Input> {
  readonly input: Input;
  readonly signal?: AbortSignal | undefined;
}

const reconnectDelay = 100;
// In a row, without an item between them.
const mostFailures = 5;

/**
 * Reads a stream to its end. When the connection breaks while the daemon lives, it goes on after the
 * last item; when the daemon is gone, it throws `DAEMON_UNREACHABLE`.
 */
export async function* resumeStream<Name extends keyof StreamTypes>(
  connection: Connection,
  name: Name,
  { input, signal }: ResumeOptions<StreamTypes[Name]["input"]>,
): AsyncGenerator<StreamTypes[Name]["item"]> {
  const ended = signal ? AbortSignal.any([signal, connection.closed]) : connection.closed;
  let lastEventId: string | undefined;
  let failures = 0;
  let brokeOff: unknown;
  while (!ended.aborted) {
    const place = { signal: ended, ...(lastEventId !== undefined && { lastEventId }) };
    try {
      for await (const event of connection.open(name, input, place)) {
        if (event.type === "end") return;
        if (event.type === "error") throw toFleetError(readJson(errorAnswer, event.data).error);
        lastEventId = event.id ?? lastEventId;
        if (event.type !== "message") continue;
        failures = 0;
        yield readJson<StreamTypes[Name]["item"]>(streams[name].item, event.data);
      }
    } catch (error) {
      if (ended.aborted) return;
      if (error instanceof FleetManagerError) throw error;
      brokeOff = error;
    }
    failures += 1;
    if (failures > mostFailures) throw connection.brokenOff(brokeOff);
    await delay(reconnectDelay * failures, undefined, { signal: ended }).catch(() => undefined);
  }
}
