import { join } from "node:path";
import type { SDKMessage } from "@anthropic-ai/claude-agent-sdk";
import { FleetManagerError } from "../../../../errors.ts";
import { isListening } from "../../../../state/short-socket-path.ts";
import { within } from "../../../../within.ts";
import { ownMessage } from "../../../own-message.ts";
import { FileTail } from "../../file-tail.ts";
import { proxySocket, refusalsFile } from "./plan-proxy.ts";
import { describeRefusal, parseRefusal } from "./refusals.ts";

export interface WatchedProxy {
  /** Of its socket. */
  readonly folder: string;
  readonly sessionId: string;
  /** Tells whether the container still runs, with which the proxy ends. */
  readonly isWanted: () => boolean;
}

/** Milliseconds between two looks at what was refused, while claude says nothing. */
const lookMs = 1_000;

/**
 * Messages of a claude behind a proxy, and in between what the proxy has refused.
 *
 * @throws {FleetManagerError} `CONTAINER_ERROR` when claude cannot reach the model because the proxy died.
 */
export async function* withRefusals(
  messages: AsyncIterable<SDKMessage>,
  proxy: WatchedProxy,
): AsyncGenerator<SDKMessage, void, undefined> {
  await using refused = new FileTail(join(proxy.folder, refusalsFile));
  await using source = iterate(messages);
  for (;;) {
    const next = source.next();
    while ((await within(lookMs, next)) === undefined) yield* newRefusals(refused, proxy);
    const { done, value: message } = await next;
    yield* newRefusals(refused, proxy);
    if (done) return;
    if (isTrouble(message) && (await hasDied(proxy))) throw died();
    yield message;
  }
}

function iterate(messages: AsyncIterable<SDKMessage>) {
  const iterator = messages[Symbol.asyncIterator]();
  return {
    next: () => iterator.next(),
    async [Symbol.asyncDispose]() {
      await iterator.return?.();
    },
  };
}

async function* newRefusals(
  refused: FileTail,
  { sessionId, folder }: WatchedProxy,
): AsyncGenerator<SDKMessage, void, undefined> {
  for (let line = await refused.next(); line !== undefined; line = await refused.next()) {
    const refusal = parseRefusal(line);
    if (!refusal) continue;
    const { host, port, reason, count } = refusal;
    yield ownMessage({
      subtype: "egress_refused",
      sessionId,
      text: describeRefusal(refusal),
      facts: { host, port, reason, count },
      sameBy: [folder, host, port, count],
    });
  }
}

function isTrouble(message: SDKMessage): boolean {
  if (message.type === "result") return message.is_error;
  return message.type === "system" && message.subtype === "api_retry";
}

async function hasDied({ folder, isWanted }: WatchedProxy): Promise<boolean> {
  return !(await isListening(join(folder, proxySocket))) && isWanted();
}

function died(): FleetManagerError {
  return new FleetManagerError(
    "The credential proxy of the job has died, and with it claude's way to the model. Somebody ended it, or the machine had no memory left.",
    { code: "CONTAINER_ERROR" },
  );
}
