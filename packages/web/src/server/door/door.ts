import { runAs } from "@herdctl/core";
import { Hono } from "hono";
import { answerError, reportError } from "../answer-error.ts";
import type { AppEnv } from "../app.ts";
import { healthPaths } from "../observer-routes.ts";
import { checkRights } from "./check-rights.ts";
import { identify } from "./identify.ts";
import { addLogin } from "./login.ts";
import { LoginLimits } from "./login-limits.ts";
import { LoginSessions } from "./login-sessions.ts";
import { refuseStrangers } from "./refuse-strangers.ts";
import { secureAnswer } from "./secure-answer.ts";
import { StreamLimits } from "./stream-limits.ts";
import { createTokenCheck } from "./tokens.ts";
import { VisitLog, type VisitLogParts } from "./visit-log.ts";

/** What the door of a server has to know. */
export interface DoorOptions extends VisitLogParts {
  /** Where its tokens are. */
  readonly stateDir: string;
  /** Names that this server is called by, beside `localhost` and addresses. */
  readonly ownNames: ReadonlySet<string>;
  /** Has values masked in everything that the fleet says. */
  readonly conceal: (values: readonly string[]) => void;
}

/**
 * Stands before the API over TCP: knows the name that is called, the page that asks, the token that is
 * shown, and what it allows. The API behind it is the one of the control socket.
 */
export function createDoor(api: Hono<AppEnv>, options: DoorOptions): Hono<AppEnv> {
  const { ownNames, logger } = options;
  const tokens = createTokenCheck(options);
  const sessions = new LoginSessions(tokens, Date.now);
  const streams = new StreamLimits();
  const visits = new VisitLog(options);
  const door = new Hono<AppEnv>();
  door.use(async (c, next) => {
    await next();
    secureAnswer(c.res.headers);
  });
  door.use(async (c, next) => {
    refuseStrangers(c, ownNames);
    await next();
  });
  addLogin(door, { tokens, sessions, limits: new LoginLimits(Date.now), visits, logger });
  for (const path of healthPaths) door.get(path, (c) => api.fetch(c.req.raw, c.env));
  door.all("*", async (c) => {
    const visitor = identify(c, { tokens, sessions });
    checkRights(c, visitor);
    const answer = await runAs(visitor.actor, () => api.fetch(c.req.raw, c.env));
    streams.admit(answer, visitor, c.env.outgoing);
    return answer;
  });
  door.onError((error, c) => {
    visits.refused(c, error);
    reportError(logger, c, error);
    return answerError(error);
  });
  return door;
}
