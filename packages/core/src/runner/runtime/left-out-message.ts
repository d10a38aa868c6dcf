import type { SDKMessage } from "@anthropic-ai/claude-agent-sdk";
import type { LongLine } from "../../state/line-reader.ts";
import { describeLeftOut } from "../../state/long-output-line.ts";
import { ownMessage } from "../own-message.ts";

/** What the output of a job has in place of a message that is too long to be read. */
export function leftOutMessage({ head, bytes }: LongLine, sessionId: string): SDKMessage {
  return ownMessage({
    subtype: "left_out",
    sessionId,
    text: describeLeftOut(bytes),
    facts: { bytes },
    sameBy: [head.toString("base64"), bytes],
  });
}
