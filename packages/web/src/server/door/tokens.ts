import { createHash, timingSafeEqual } from "node:crypto";
import { statSync } from "node:fs";
import {
  type Access,
  accessTokensFile,
  closeAccessTokens,
  type Logger,
  messageOf,
  readAccessTokens,
} from "@herdctl/core";

/** The right to come in, for as long as the token is the one that it was given for. */
export interface Grant {
  readonly access: Access;
  readonly digest: Buffer;
}

/** Knows the tokens of a state directory as they are at each moment. */
export interface TokenCheck {
  /** What this token allows; `undefined`: it is none. */
  grant(token: string): Grant | undefined;
  isCurrent(grant: Grant): boolean;
}

interface TokenParts {
  /** Where the tokens are. */
  readonly stateDir: string;
  /** Told the tokens whenever they are read: agents may come across them, and readers see what agents say. */
  readonly conceal: (tokens: readonly string[]) => void;
  readonly logger: Logger;
}

/** Reads the tokens again whenever their file has changed; without a readable file nobody comes in. */
export function createTokenCheck(parts: TokenParts): TokenCheck {
  const { stateDir } = parts;
  const file = accessTokensFile(stateDir);
  let seen = "";
  let grants: readonly Grant[] = [];
  const current = (): readonly Grant[] => {
    const now = signatureOf(file);
    if (now === seen) return grants;
    seen = now;
    grants = readGrants(parts);
    return grants;
  };
  // At once, so that what is wrong with them is said where the daemon is started.
  current();
  return {
    grant(token) {
      const digest = digestOf(token);
      // All of them, so that the time tells nothing.
      const found = current().filter((grant) => timingSafeEqual(grant.digest, digest));
      return found[0];
    },
    isCurrent: ({ access, digest }) =>
      current().some((grant) => grant.access === access && timingSafeEqual(grant.digest, digest)),
  };
}

function readGrants({ stateDir, conceal, logger }: TokenParts): readonly Grant[] {
  try {
    const tokens = readAccessTokens(stateDir);
    if (!tokens) return [];
    if (closeAccessTokens(stateDir)) {
      logger.warn(
        `${accessTokensFile(stateDir)} was open to other users of this machine, and is yours alone ` +
          "now. Who has read it has the tokens: replace them with `herdctl token rotate`.",
      );
    }
    conceal([tokens.full, tokens.readOnly]);
    return [
      { access: "full", digest: digestOf(tokens.full) },
      { access: "read-only", digest: digestOf(tokens.readOnly) },
    ];
  } catch (error) {
    logger.error(`nobody can come in over TCP: ${messageOf(error)}`);
    return [];
  }
}

/** Changes with every replacement of the file. */
function signatureOf(file: string): string {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.ino}:${found.size}:${found.mtimeNs}` : "none";
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
