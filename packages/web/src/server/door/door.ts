import { type Access, type Actor, FleetManagerError, type Logger, runAs } from "@herdctl/core";
import { type Context, Hono } from "hono";
import { getCookie } from "hono/cookie";
import { loginRoutes } from "../../contract-login.ts";
import { answerError, reportError } from "../answer-error.ts";
import type { AppEnv } from "../app.ts";
import { healthPaths, mcpPath } from "../observer-routes.ts";
import { RequestError } from "../request-error.ts";
import { addressOf } from "./address.ts";
import { isOwnHost } from "./hosts.ts";
import { addLogin, cookieName } from "./login.ts";
import { LoginLimits } from "./login-limits.ts";
import { LoginSessions } from "./login-sessions.ts";
import { isForeignPage, isOwnPage, type PageFacts } from "./origin.ts";
import { secureAnswer } from "./secure-answer.ts";
import { StreamLimits } from "./stream-limits.ts";
import { createTokenCheck, type TokenCheck } from "./tokens.ts";
import type { Visitor } from "./visitor.ts";

/** What the door of a server has to know. */
export interface DoorOptions {
  /** Where its tokens are. */
  readonly stateDir: string;
  /** Names that this server is called by, beside `localhost` and addresses. */
  readonly ownNames: ReadonlySet<string>;
  readonly logger: Logger;
}

/**
 * Stands before the API over TCP: knows the name that is called, the page that asks, the token that is
 * shown, and what it allows. The API behind it is the one of the control socket.
 */
export function createDoor(api: Hono<AppEnv>, options: DoorOptions): Hono<AppEnv> {
  const { ownNames, logger, stateDir } = options;
  const tokens = createTokenCheck(stateDir, logger);
  const sessions = new LoginSessions(tokens, Date.now);
  const streams = new StreamLimits();
  const door = new Hono<AppEnv>();
  door.use(async (c, next) => {
    await next();
    secureAnswer(c.res.headers);
  });
  door.use(async (c, next) => {
    refuseStrangers(c, ownNames);
    await next();
  });
  addLogin(door, { tokens, sessions, limits: new LoginLimits(Date.now), logger });
  for (const path of healthPaths) door.get(path, (c) => api.fetch(c.req.raw, c.env));
  door.all("*", async (c) => {
    const visitor = identify(c, { tokens, sessions });
    checkRights(c, visitor);
    const answer = await runAs(visitor.actor, () => api.fetch(c.req.raw, c.env));
    if (answer.headers.get("content-type") === "text/event-stream") admit(c, answer);
    return answer;

    function admit({ env: { outgoing } }: Context<AppEnv>, { body }: Response): void {
      try {
        if (outgoing) streams.add(visitor, outgoing);
      } catch (error) {
        void body?.cancel();
        throw error;
      }
    }
  });
  door.onError((error, c) => {
    reportError(logger, c, error);
    return answerError(error);
  });
  return door;
}

/** Nobody but who calls this server by its name, and no page of somebody else. */
function refuseStrangers(c: Context<AppEnv>, ownNames: ReadonlySet<string>): void {
  const facts = factsOf(c);
  if (!isOwnHost(facts.host, ownNames)) {
    throw new RequestError(
      421,
      "This server is not called that. A name of its own belongs in `web.allowed_hosts`.",
    );
  }
  if (isForeignPage(facts)) throw forbidden("Pages of other servers are not let in.");
  const type = c.req.header("content-type");
  if (type !== undefined && !/^application\/json\s*(;|$)/i.test(type)) {
    throw new RequestError(415, "The body must be JSON, with `content-type: application/json`.");
  }
}

interface Knowledge {
  readonly tokens: TokenCheck;
  readonly sessions: LoginSessions;
}

/** Whoever shows a token, or has logged in with one. */
function identify(c: Context<AppEnv>, { tokens, sessions }: Knowledge): Visitor {
  const header = c.req.header("authorization");
  if (header !== undefined) {
    const [, token = ""] = /^Bearer +(\S+)$/i.exec(header) ?? [];
    const grant = tokens.grant(token);
    if (!grant) throw unauthorized("This token is not valid, or not any more.");
    const { access } = grant;
    return {
      access,
      actor: actorOf(c, "bearer", access),
      isStillIn: () => tokens.isCurrent(grant),
    };
  }
  const id = getCookie(c, cookieName(c));
  if (id === undefined) throw unauthorized("This needs a token: `authorization: Bearer …`.");
  const session = sessions.find(id);
  if (!session) throw unauthorized("You are not logged in any more.");
  const { access } = session.grant;
  return {
    access,
    actor: actorOf(c, "cookie", access),
    isStillIn: () => sessions.find(id) !== undefined,
  };
}

function checkRights(c: Context<AppEnv>, { actor, access }: Visitor): void {
  if (c.req.method === "GET" || c.req.method === "HEAD") return;
  // A browser sends the cookie by itself: that somebody wants this, only their page can say.
  if (actor.via === "cookie" && !isOwnPage(factsOf(c))) {
    throw forbidden("With a cookie, changes come from pages of this server alone.");
  }
  if (access === "full" || openToReaders.has(c.req.path)) return;
  throw forbidden("This token is for looking only.");
}

// Who may only look has to ask with POST here, too; the tools themselves know who asks.
const openToReaders: ReadonlySet<string> = new Set([loginRoutes.logout.path, mcpPath]);

function factsOf(c: Context<AppEnv>): PageFacts {
  return {
    host: c.req.header("host"),
    origin: c.req.header("origin"),
    site: c.req.header("sec-fetch-site"),
  };
}

function actorOf(c: Context<AppEnv>, via: "bearer" | "cookie", access: Access): Actor {
  return { via, access, address: addressOf(c) };
}

function forbidden(message: string): FleetManagerError {
  return new FleetManagerError(message, { code: "FORBIDDEN" });
}

function unauthorized(message: string): FleetManagerError {
  return new FleetManagerError(message, { code: "UNAUTHORIZED" });
}
