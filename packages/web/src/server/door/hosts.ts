import { isIP } from "node:net";

/** A `Host` header without its port, in lower case; `undefined`: it is none. */
function hostName(header: string): string | undefined {
  const [, name] = /^(\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.exec(header) ?? [];
  return name?.toLowerCase().replace(/^\[|\]$|\.$/g, "");
}

/**
 * Tells whether a `Host` header names this server. A page from elsewhere that has its own name lead here
 * (DNS rebinding) is known by that name; a name that is an address cannot be led anywhere.
 */
export function isOwnHost(header: string | undefined, ownNames: ReadonlySet<string>): boolean {
  const name = hostName(header ?? "");
  if (name === undefined) return false;
  return name === "localhost" || isIP(name) !== 0 || ownNames.has(name);
}
