import { createHash } from "node:crypto";
import type { SDKMessage } from "@anthropic-ai/claude-agent-sdk";

const subtypes = ["egress_refused", "left_out", "memory_limit", "process_limit"] as const;

/** What herdctl has to say among Claude's messages. */
export interface OwnMessage {
  readonly subtype: (typeof subtypes)[number];
  readonly sessionId: string;
  /** For people to read. */
  readonly text: string;
  /** The same for programs. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** By these the next owner of a job knows what is written already. */
  readonly sameBy: readonly unknown[];
}

export function ownMessage({ subtype, sessionId, text, facts, sameBy }: OwnMessage): SDKMessage {
  const message: object = {
    type: "system",
    subtype,
    uuid: stableId(sameBy),
    session_id: sessionId,
    text,
    ...facts,
  };
  return message as SDKMessage;
}

/** Tells such messages from Claude's. */
export function isOwn(subtype: string): boolean {
  return subtypes.some((own) => own === subtype);
}

/** An id in the form of a UUID that is the same for the same facts. */
function stableId(facts: readonly unknown[]): string {
  const digest = createHash("sha256").update(JSON.stringify(facts)).digest("hex");
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}
