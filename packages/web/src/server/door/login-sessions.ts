import { createHash, randomBytes } from "node:crypto";
import type { Grant, TokenCheck } from "./tokens.ts";

/** A browser that has logged in. */
export interface LoginSession {
  readonly grant: Grant;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Milliseconds for which a browser stays logged in. */
export const sessionLife: number = 86_400_000;
// Each costs a login with a token; the oldest goes for a new one.
const mostSessions = 1_000;

/** Browsers that are logged in. Kept in memory: the end of the daemon ends them. */
export class LoginSessions {
  readonly #tokens: Pick<TokenCheck, "isCurrent">;
  readonly #now: () => number;
  // By digest, so that the time of a look-up tells nothing about an id.
  readonly #sessions = new Map<string, LoginSession>();

  constructor(tokens: Pick<TokenCheck, "isCurrent">, now: () => number) {
    this.#tokens = tokens;
    this.#now = now;
  }

  /** Begins one; its id is the secret of that browser. */
  begin(grant: Grant): { readonly id: string; readonly session: LoginSession } {
    const id = randomBytes(32).toString("base64url");
    const session = { grant, expiresAt: this.#now() + sessionLife };
    this.#sessions.set(keyOf(id), session);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > mostSessions && oldest) this.#sessions.delete(oldest);
    return { id, session };
  }

  /** `undefined`: unknown, expired, or its token was replaced. */
  find(id: string): LoginSession | undefined {
    const key = keyOf(id);
    const session = this.#sessions.get(key);
    if (!session) return undefined;
    if (session.expiresAt > this.#now() && this.#tokens.isCurrent(session.grant)) return session;
    this.#sessions.delete(key);
    return undefined;
  }

  end(id: string): void {
    this.#sessions.delete(keyOf(id));
  }
}

function keyOf(id: string): string {
  return createHash("sha256").update(id).digest("base64url");
}
