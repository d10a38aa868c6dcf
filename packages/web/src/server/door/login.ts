import type { Logger } from "@herdctl/core";
import type { Context, Hono } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import { loginRoutes } from "../../contract-login.ts";
import type { AppEnv } from "../app.ts";
import { readRequest } from "../read-request.ts";
import { addressOf } from "./address.ts";
import type { LoginLimits } from "./login-limits.ts";
import { type LoginSessions, sessionLife } from "./login-sessions.ts";
import { Refused } from "./refused.ts";
import type { TokenCheck } from "./tokens.ts";
import type { VisitLog } from "./visit-log.ts";

interface LoginParts {
  readonly tokens: TokenCheck;
  readonly sessions: LoginSessions;
  readonly limits: LoginLimits;
  readonly visits: Pick<VisitLog, "passed">;
  readonly logger: Logger;
}

// A token, and no more.
const largestLogin = 1_024;

/** Cookies know no ports: with one name, two fleets on a machine would log each other's browsers out. */
export function cookieName({ env }: Context<AppEnv>): string {
  return `herdctl-${env.incoming?.socket.localPort ?? 0}`;
}

/** The ways in and out for browsers. */
export function addLogin(
  door: Hono<AppEnv>,
  { tokens, sessions, limits, visits, logger }: LoginParts,
): void {
  const { login, logout } = loginRoutes;
  door.on(login.method, login.path, async (c) => {
    const address = addressOf(c);
    limits.check(address);
    const { body } = await readRequest(c, login.input, largestLogin);
    // Others may have failed while this one came in, byte by byte.
    limits.check(address);
    const grant = tokens.grant(body.token);
    if (!grant) {
      if (limits.fail(address)) logger.warn(`logins from ${address} keep failing and are held up`);
      throw new Refused("login", "This token is not valid, or not any more.");
    }
    const { id, session } = sessions.begin(grant);
    setCookie(c, cookieName(c), id, {
      path: "/",
      httpOnly: true,
      sameSite: "Strict",
      maxAge: sessionLife / 1_000,
      // A proxy with TLS says so. Whoever else does only makes their own cookie stricter.
      secure: c.req.header("x-forwarded-proto") === "https",
    });
    logger.info("a browser has logged in", { address, access: grant.access });
    visits.passed("login", { via: "cookie", access: grant.access, address });
    return c.json(
      z.encode(login.output, { access: grant.access, expiresAt: new Date(session.expiresAt) }),
    );
  });
  door.on(logout.method, logout.path, (c, next) => {
    const id = getCookie(c, cookieName(c));
    if (id === undefined) return next();
    const session = sessions.find(id);
    if (session)
      visits.passed("logout", {
        via: "cookie",
        access: session.grant.access,
        address: addressOf(c),
      });
    sessions.end(id);
    deleteCookie(c, cookieName(c), { path: "/" });
    return Promise.resolve(c.body(null, logout.status));
  });
}
