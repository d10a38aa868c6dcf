import {
  type Access,
  type AccessTokens,
  ensureAccessTokens,
  replaceToken,
} from "./access-tokens.ts";
import type { StateManager } from "./manager.ts";

/**
 * Replaces one token: whoever has the old one is out. Of several who ask at the same time, one replaces
 * it, and the others get the token that it has put there.
 */
export async function rotateAccessToken(
  { stateDir, store }: Pick<StateManager, "stateDir" | "store">,
  access: Access,
): Promise<AccessTokens> {
  const { tokens: old, created } = ensureAccessTokens(stateDir);
  if (created) return old;
  const key = access === "full" ? "full" : "readOnly";
  return store.exclusively(() => {
    const { tokens } = ensureAccessTokens(stateDir);
    return tokens[key] === old[key] ? replaceToken(stateDir, key) : tokens;
  });
}
