import type { RequestListener } from "node:http";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { runAs } from "@herdctl/core";
import type { Hono } from "hono";
import type { AppEnv } from "./app.ts";
import { createDoor, type DoorOptions } from "./door/door.ts";

/** Answers on the control socket: whoever may open it may do everything. */
export function createSocketListener(api: Hono<AppEnv>): RequestListener {
  return toListener((request, env) => runAs({ via: "socket" }, () => api.fetch(request, env)));
}

/** Answers over TCP: whoever shows a token. */
export function createTcpListener(api: Hono<AppEnv>, options: DoorOptions): RequestListener {
  return toListener(createDoor(api, options).fetch);
}

type Fetch = (request: Request, env: HttpBindings) => Response | Promise<Response>;

function toListener(fetch: Fetch): RequestListener {
  const listener = getRequestListener((request, env) => fetch(request, env as HttpBindings), {
    overrideGlobalObjects: false,
  });
  return (incoming, outgoing) => void listener(incoming, outgoing);
}
