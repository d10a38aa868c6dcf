import { type Actor, FleetManagerError } from "@herdctl/core";
import { RequestError } from "../request-error.ts";

/**
 * Why somebody was not let in: a token or cookie that is missing, wrong or over; a token that only lets
 * look; a page of somebody else; a name that is not this server's; too many at once.
 */
export type RefusalReason =
  | "no_token"
  | "token"
  | "session"
  | "login"
  | "read_only"
  | "page"
  | "host"
  | "too_many";

/** Somebody was not let in. */
export class Refused extends FleetManagerError {
  readonly reason: RefusalReason;
  /** Who that was, where their token is known. */
  readonly actor: Actor | undefined;

  constructor(reason: RefusalReason, message: string, actor?: Actor) {
    super(message, { code: codes[reason] ?? "UNAUTHORIZED" });
    this.reason = reason;
    this.actor = actor;
  }
}

const codes: Partial<Record<RefusalReason, "FORBIDDEN">> = {
  read_only: "FORBIDDEN",
  page: "FORBIDDEN",
};

/** Why a request was refused at the door; `undefined`: it was let in, and something else is wrong. */
export function reasonOf(error: unknown): RefusalReason | undefined {
  if (error instanceof Refused) return error.reason;
  if (error instanceof RequestError) return error.status === 421 ? "host" : undefined;
  const isTooMany = error instanceof FleetManagerError && error.code === "TOO_MANY_REQUESTS";
  return isTooMany ? "too_many" : undefined;
}
