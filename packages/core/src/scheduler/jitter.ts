import { createHash } from "node:crypto";

/**
 * Milliseconds in `[0, span)` by which this instant fires later: always the same for the same
 * instant, so that a restart neither fires it again nor loses it.
 */
export function jitterOf(key: string, due: number, span: number): number {
  if (span <= 0) return 0;
  const digest = createHash("sha256").update(`${key} ${due}`).digest();
  return digest.readUIntBE(0, 6) % span;
}
