import type { Access, Actor } from "@herdctl/core";
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { AppEnv } from "../app.ts";
import { addressOf } from "./address.ts";
import { cookieName } from "./login.ts";
import type { LoginSessions } from "./login-sessions.ts";
import { Refused } from "./refused.ts";
import type { TokenCheck } from "./tokens.ts";
import type { Visitor } from "./visitor.ts";

interface Knowledge {
  readonly tokens: TokenCheck;
  readonly sessions: LoginSessions;
}

/**
 * Who shows a token, or has logged in with one.
 *
 * @throws `UNAUTHORIZED`
 */
export function identify(c: Context<AppEnv>, { tokens, sessions }: Knowledge): Visitor {
  const header = c.req.header("authorization");
  if (header !== undefined) return identifyByToken(c, header, tokens);
  const id = getCookie(c, cookieName(c));
  if (id === undefined) {
    throw new Refused("no_token", "This needs a token: `authorization: Bearer …`.");
  }
  const session = sessions.find(id);
  if (!session) throw new Refused("session", "You are not logged in any more.");
  const { access } = session.grant;
  return {
    access,
    actor: actorOf(c, "cookie", access),
    isStillIn: () => sessions.find(id) !== undefined,
  };
}

function identifyByToken(c: Context<AppEnv>, header: string, tokens: TokenCheck): Visitor {
  const [, token = ""] = /^Bearer +(\S+)$/i.exec(header) ?? [];
  const grant = tokens.grant(token);
  if (!grant) throw new Refused("token", "This token is not valid, or not any more.");
  const { access } = grant;
  return {
    access,
    actor: actorOf(c, "bearer", access),
    isStillIn: () => tokens.isCurrent(grant),
  };
}

function actorOf(c: Context<AppEnv>, via: "bearer" | "cookie", access: Access): Actor {
  return { via, access, address: addressOf(c) };
}
