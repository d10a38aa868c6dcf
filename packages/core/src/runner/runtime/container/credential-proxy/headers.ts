import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";

/** Headers of one connection, which end with it; `expect` has been answered here. */
const hopByHop = new Set([
  "connection",
  "expect",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** By which somebody says who they are; whoever is in a container is nobody to the model. */
const identifying = new Set(["authorization", "cookie", "x-api-key"]);

/** Headers to hand on: those of the message itself. */
export function endToEnd(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = (headers.connection ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  return without(headers, (name) => hopByHop.has(name) || named.includes(name));
}

/** The same, without the name of the host that was asked and without anybody's credentials. */
export function anonymous(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return without(endToEnd(headers), (name) => name === "host" || identifying.has(name));
}

function without(
  headers: OutgoingHttpHeaders,
  isLeftOut: (name: string) => boolean,
): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isLeftOut(name)));
}

/** Headers as `ANTHROPIC_CUSTOM_HEADERS` has them: `name: value`, one a line. */
export function parseHeaderLines(text: string): Readonly<Record<string, string>> {
  const fields = text.split("\n").flatMap((line) => {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    return name === "" ? [] : [[name, line.slice(colon + 1).trim()] as const];
  });
  return Object.fromEntries(fields);
}
