import { type Actor, type AuditNote, type Logger, messageOf, runAs } from "@herdctl/core";
import type { Context } from "hono";
import type { AppEnv } from "../app.ts";
import { addressOf } from "./address.ts";
import { operationAt } from "./operation-at.ts";
import { type RefusalReason, reasonOf, Refused } from "./refused.ts";
import { Sparing } from "./sparing.ts";

/** Where is told who comes, and who is not let in. */
export interface VisitLogParts {
  readonly logger: Logger;
  /** Counts a refusal for the metrics. */
  readonly count: (reason: RefusalReason) => void;
  /** Puts something in the audit that does not reach the fleet. */
  readonly record: (note: AuditNote) => Promise<void>;
  /** Aborts when the server closes. */
  readonly closing: AbortSignal;
}

const mostLogged = 5;
const mostRecorded = 60;

/** Keeps track of who comes, goes, and is refused; of many at once only how many they are. */
export class VisitLog {
  readonly #parts: VisitLogParts;
  readonly #logged: Sparing;
  readonly #recorded: Sparing;

  constructor(parts: VisitLogParts) {
    const { logger, closing } = parts;
    this.#parts = parts;
    this.#logged = new Sparing({
      most: mostLogged,
      sumUp: (more) =>
        logger.warn(`${more} more tokens that are not valid were shown within a minute`),
    });
    this.#recorded = new Sparing({
      most: mostRecorded,
      sumUp: (more) =>
        logger.warn(`${more} more logins and refusals in a minute are not in the audit`),
    });
    const end = (): void => {
      this.#logged.end();
      this.#recorded.end();
    };
    closing.addEventListener("abort", end, { once: true });
  }

  /** A browser has logged in or out. */
  passed(operation: "login" | "logout", actor: Actor): void {
    this.#record(actor, { operation, outcome: "ok" });
  }

  /** A request was not let in, if `error` says so. */
  refused(c: Context<AppEnv>, error: unknown): void {
    const reason = reasonOf(error);
    if (reason === undefined) return;
    const { logger, count } = this.#parts;
    count(reason);
    if ((reason === "token" || reason === "login") && this.#logged.allows()) {
      logger.warn(`a token that is not valid was shown from ${addressOf(c)}`);
    }
    if (!(error instanceof Refused) || !error.actor) return;
    const asked = operationAt(c.req.method, c.req.path);
    if (asked) this.#record(error.actor, { ...asked, outcome: error.code });
  }

  #record(actor: Actor, note: AuditNote): void {
    if (!this.#recorded.allows()) return;
    const { logger, record } = this.#parts;
    runAs(actor, () => record(note)).catch((error: unknown) => {
      logger.warn(`${note.operation} is not in the audit: ${messageOf(error)}`);
    });
  }
}
