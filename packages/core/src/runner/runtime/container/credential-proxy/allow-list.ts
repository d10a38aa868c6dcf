/** A place on the network that somebody wants to reach. */
export interface Destination {
  /** Lower case, without brackets or a final dot. */
  readonly host: string;
  readonly port: number;
}

interface AllowedPlace {
  readonly host: string;
  /** `host` stands for every name below it. */
  readonly isBelow: boolean;
  readonly ports: readonly number[];
}

/** Ports of an entry that names none: TLS, and HTTP. */
const usualPorts = [443, 80];

/** Entries of `egress.allow`: `host`, `*.host`, each with or without `:port`. */
export type AllowList = readonly AllowedPlace[];

export function parseAllowList(entries: readonly string[]): AllowList {
  return entries.map((entry) => {
    const { host, port } = splitAuthority(entry);
    const isBelow = host.startsWith("*.");
    return {
      host: isBelow ? host.slice(2) : host,
      isBelow,
      ports: port === undefined ? usualPorts : [port],
    };
  });
}

/** The entry that allows a destination. */
export function findEntry(list: AllowList, { host, port }: Destination): AllowedPlace | undefined {
  return list.find((place) => {
    if (!place.ports.includes(port)) return false;
    return place.isBelow ? host.endsWith(`.${place.host}`) : host === place.host;
  });
}

/** `host:port` of a CONNECT, or of a URL; `undefined` where it is no such thing. */
export function parseDestination(authority: string, defaultPort?: number): Destination | undefined {
  const { host, port = defaultPort } = splitAuthority(authority);
  const isName = /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/.test(host) && !host.includes("..");
  const isAddress = /^[0-9a-f:.]+$/.test(host) && host.includes(":");
  if (port === undefined || port < 1 || port > 65_535 || host.length > 253) return undefined;
  return isName || isAddress ? { host, port } : undefined;
}

function splitAuthority(authority: string): { readonly host: string; readonly port?: number } {
  const [, v6, name = "", port] =
    /^(?:\[([^\]]*:[^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(authority) ?? [];
  const host = (v6 ?? name).toLowerCase().replace(/\.$/, "");
  return { host, ...(port !== undefined && { port: Number(port) }) };
}
