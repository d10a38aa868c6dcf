import { FleetManagerError } from "@herdctl/core";

/** Where a daemon is: its control socket, or its address on the network with a token of it. */
export type FleetAddress =
  | { readonly socketPath: string }
  | {
      /** `https://fleet.example.com`, also with a path before the API's. */
      readonly url: string;
      readonly token?: string;
    };

/** Where requests go, and what that is called. */
export interface Route {
  readonly protocol: "http:" | "https:";
  /** For `request()` of Node.js. */
  readonly target:
    | { readonly socketPath: string }
    | { readonly host: string; readonly port?: string };
  /** Before the path of every request. */
  readonly prefix: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly name: string;
  /** Facts for errors: the address, and never the token. */
  readonly facts: Readonly<Record<string, string>>;
}

/** @throws `INVALID_REQUEST` for a URL or token that is none */
export function toRoute(address: FleetAddress): Route {
  if ("socketPath" in address) {
    const { socketPath } = address;
    return {
      protocol: "http:",
      target: { socketPath },
      prefix: "",
      headers: { host: "localhost" },
      name: socketPath,
      facts: { socketPath },
    };
  }
  const url = parseUrl(address.url);
  return {
    protocol: url.protocol === "https:" ? "https:" : "http:",
    target: {
      host: url.hostname.replace(/^\[|\]$/g, ""),
      ...(url.port !== "" && { port: url.port }),
    },
    prefix: url.pathname.replace(/\/+$/, ""),
    headers: { host: url.host, ...authorization(address.token) },
    name: url.href,
    facts: { url: url.href },
  };
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
  if (url && isHttp && url.username === "" && url.password === "" && url.search === "") return url;
  throw new FleetManagerError(
    "The URL of a daemon is one such as https://fleet.example.com or http://localhost:3232, without a user, a token or a query.",
    { code: "INVALID_REQUEST" },
  );
}

function authorization(token: string | undefined): Readonly<Record<string, string>> {
  if (token === undefined) return {};
  if (/^[\x21-\x7E]+$/.test(token)) return { authorization: `Bearer ${token}` };
  throw new FleetManagerError("The token holds characters that no token has.", {
    code: "INVALID_REQUEST",
  });
}
