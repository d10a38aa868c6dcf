import { createHash } from "node:crypto";

/**
 * An id in the form of a UUID that is the same for the same facts: by it the next owner of a job knows
 * what is written already.
 */
export function stableId(facts: readonly unknown[]): string {
  const digest = createHash("sha256").update(JSON.stringify(facts)).digest("hex");
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}
