import type { Access, Actor } from "@herdctl/core";

/** Somebody who has shown a token. */
export interface Visitor {
  readonly actor: Actor;
  readonly access: Access;
  /** Not once their token was replaced, or their session is over. */
  readonly isStillIn: () => boolean;
}
