import { createHash } from "node:crypto";

/** What a fleet of this version answers to a question is the same as long as this is. */
export function toEtag(version: string): string {
  // Weak: what only tells the time may differ. A digest, since a version tells of processes.
  return `W/"${createHash("sha256").update(version).digest("base64url").slice(0, 22)}"`;
}

/** Tells whether an `If-None-Match` header has this tag. */
export function hasEtag(header: string | undefined, etag: string): boolean {
  return header?.split(",").some((tag) => tag.trim() === etag) ?? false;
}
