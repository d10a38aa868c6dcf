import type { TcpService } from "@herdctl/web";
import { toErrorFacts } from "../terminal/json.ts";

/** What a daemon in the background tells the command that started it. */
export type StartReport =
  | { readonly started: true; readonly url?: string; readonly hasNewTokens?: boolean }
  | { readonly error: Readonly<Record<string, unknown>> };

/** Tells whoever waits for it that the daemon answers, and where on the network. */
export function reportStarted(web?: TcpService): void {
  const hasNewTokens = web?.newTokens !== undefined;
  send({ started: true, ...(web && { url: web.url, hasNewTokens }) });
}

/** Tells whoever waits for it why there is no daemon. */
export function reportNotStarted(error: unknown): void {
  send({ error: toErrorFacts(error) });
}

function send(report: StartReport): void {
  // It may have stopped waiting; then nobody need be told.
  if (process.connected) process.send?.(report, () => undefined);
}
