import type { Context } from "hono";
import { operations } from "../../contract.ts";
import { loginRoutes } from "../../contract-login.ts";
import { mcpPath } from "../observer-routes.ts";
import { isOwnPage } from "./origin.ts";
import { factsOf } from "./refuse-strangers.ts";
import { Refused } from "./refused.ts";
import type { Visitor } from "./visitor.ts";

// Who may only look has to ask with POST here, too; the tools themselves know who asks.
const openToReaders: readonly RegExp[] = [
  loginRoutes.logout.path,
  mcpPath,
  ...Object.values(operations).flatMap(({ path, readsOnly }) => (readsOnly ? [path] : [])),
].map((path) => new RegExp(`^${path.replaceAll(/:\w+/g, "[^/]+")}$`));

/**
 * Lets change anything only who may, and means it.
 *
 * @throws `FORBIDDEN`
 */
export function checkRights(c: Context, { actor, access }: Visitor): void {
  if (c.req.method === "GET" || c.req.method === "HEAD") return;
  // A browser sends the cookie by itself: that somebody wants this, only their page can say.
  if (actor.via === "cookie" && !isOwnPage(factsOf(c))) {
    const message = "With a cookie, changes come from pages of this server alone.";
    throw new Refused("page", message, actor);
  }
  if (access === "full" || openToReaders.some((path) => path.test(c.req.path))) return;
  throw new Refused("read_only", "This token is for looking only.", actor);
}
