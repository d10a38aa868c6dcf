import { createHash } from "node:crypto";
import type { ResolvedGate } from "../../config/resolved.ts";
import { messageOf } from "../../errors.ts";
import type { GateContext, ReadValue } from "./gate-context.ts";

const longestAnswer = 16 * 1_048_576;

/** A digest of what an address answers. */
export async function readHttpValue(
  gate: Extract<ResolvedGate, { type: "http" }>,
  { signal }: Pick<GateContext, "signal">,
): Promise<ReadValue> {
  try {
    const deadline = AbortSignal.timeout(gate.timeout);
    const answer = await fetch(gate.url, { signal: AbortSignal.any([signal, deadline]) });
    if (!answer.ok) {
      await answer.body?.cancel();
      return { problem: `${gate.url} answered ${answer.status}` };
    }
    return { value: await digest(answer) };
  } catch (error) {
    return { problem: `${gate.url}: ${reasonOf(error)}` };
  }
}

async function digest(answer: Response): Promise<string> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.byteLength;
    if (size > longestAnswer) throw new Error("the answer is longer than 16 MiB");
    hash.update(chunk);
  }
  return hash.digest("hex");
}

// fetch says "fetch failed" and keeps what happened in the cause.
function reasonOf(error: unknown): string {
  return messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
}
