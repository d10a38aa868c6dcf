import { once } from "node:events";
import { createServer } from "node:net";
import { isLocked } from "../state/sqlite/state-lock.ts";
import type { Check, Patient } from "./check.ts";

const name = "port";

/** Whether the port of `web` can be had; nothing where none is wanted, or where a daemon may have it. */
export async function checkPort({ config, stateDir }: Patient): Promise<readonly Check[]> {
  const web = config?.fleet.web;
  if (!web?.enabled || isLocked(stateDir)) return [];
  const { host, port } = web;
  const addresses = host === "localhost" ? ["127.0.0.1", "::1"] : [host];
  for (const address of addresses) {
    const code = await refusalOf(address, port);
    // A machine may be without IPv6.
    if (code === undefined || (address === "::1" && code !== "EADDRINUSE")) continue;
    const { what, remedy } = refusals[code] ?? { what: `cannot be opened (${code})`, ...elsewhere };
    return [{ name, status: "problem", message: `${host}:${port} ${what}`, remedy }];
  }
  return [{ name, status: "ok", message: `${host}:${port} is free` }];
}

const elsewhere = { remedy: "Choose another place with `web.host` and `web.port`." };

const refusals: Readonly<Record<string, { readonly what: string; readonly remedy: string }>> = {
  EADDRINUSE: {
    what: "is taken by another program",
    remedy: "End that one, or choose another port with `web.port`.",
  },
  EACCES: {
    what: "is not for this user",
    remedy: "Choose a port from 1024 on with `web.port`.",
  },
  EADDRNOTAVAIL: {
    what: "is no address of this machine",
    remedy: "Choose another one with `web.host`.",
  },
  ENOTFOUND: { what: "has no address", remedy: "Choose another name with `web.host`." },
};

/** Code of the error with which the system refuses a place; `undefined` where it does not. */
async function refusalOf(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  const bound = once(server, "listening");
  server.listen({ host, port, exclusive: true });
  try {
    await bound;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unknown";
  }
  server.close();
  await once(server, "close");
  return undefined;
}
