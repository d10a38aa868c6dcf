import type { Context } from "hono";
import { RequestError } from "../request-error.ts";
import { isOwnHost } from "./hosts.ts";
import { isForeignPage, type PageFacts } from "./origin.ts";
import { Refused } from "./refused.ts";

/** Lets in nobody but who calls this server by its name, no page of somebody else, and no form. */
export function refuseStrangers(c: Context, ownNames: ReadonlySet<string>): void {
  const facts = factsOf(c);
  if (!isOwnHost(facts.host, ownNames)) {
    const message =
      "This server is not called that. A name of its own belongs in `web.allowed_hosts`.";
    throw new RequestError(421, message);
  }
  if (isForeignPage(facts)) {
    throw new Refused("page", "Pages of other servers are not let in.");
  }
  // A form without fields has no body, and is one all the same.
  const type = c.req.header("content-type");
  if (type !== undefined && !/^application\/json\s*(;|$)/i.test(type)) {
    throw new RequestError(415, "The body must be JSON, with `content-type: application/json`.");
  }
}

/** What a browser says about the page that asks. */
export function factsOf(c: Context): PageFacts {
  return {
    host: c.req.header("host"),
    origin: c.req.header("origin"),
    site: c.req.header("sec-fetch-site"),
  };
}
