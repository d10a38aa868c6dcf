import { randomBytes } from "node:crypto";
import { chmodSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { parseJson } from "../parse-json.ts";
import { toDirectoryError } from "./directories.ts";
import { StateDirectoryError } from "./errors.ts";

/** What the holder of a token may do: everything, or only look. */
export type Access = "full" | "read-only";

/** What opens a fleet to whoever is not its owner on this machine. */
export interface AccessTokens {
  readonly full: string;
  readonly readOnly: string;
}

/** Where the tokens of a state directory are; a change of this file takes effect at once. */
export function accessTokensFile(stateDir: string): string {
  return join(stateDir, "tokens.json");
}

/**
 * The tokens of a state directory; `undefined`: none were made yet.
 *
 * @throws `STATE_DIR` when the file cannot be read, or is not one of ours
 */
export function readAccessTokens(stateDir: string): AccessTokens | undefined {
  let text: string;
  try {
    text = readFileSync(accessTokensFile(stateDir), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw toDirectoryError(error, stateDir, "read the tokens of");
  }
  const tokens = toTokens(text);
  if (tokens) return tokens;
  throw new StateDirectoryError(
    `${accessTokensFile(stateDir)} holds no tokens. Remove it to have new ones made.`,
    { stateDir },
  );
}

/** Makes the tokens of a state directory that has none; `created`: it had none. */
export function ensureAccessTokens(stateDir: string): {
  readonly tokens: AccessTokens;
  readonly created: boolean;
} {
  const known = readAccessTokens(stateDir);
  if (known) return { tokens: known, created: false };
  const tokens = { full: newToken(), readOnly: newToken() };
  if (create(stateDir, tokens)) return { tokens, created: true };
  // Another process was quicker.
  return ensureAccessTokens(stateDir);
}

/**
 * Leaves the tokens to this user alone; tells whether others could have read them.
 *
 * @throws `STATE_DIR` when they are somebody else's
 */
export function closeAccessTokens(stateDir: string): boolean {
  const file = accessTokensFile(stateDir);
  try {
    const isOpen = (statSync(file).mode & 0o077) !== 0;
    if (isOpen) chmodSync(file, 0o600);
    return isOpen;
  } catch (error) {
    throw toDirectoryError(error, stateDir, "protect the tokens of");
  }
}

/** Replaces one token in the file; only one process may at a time. */
export function replaceToken(stateDir: string, key: keyof AccessTokens): AccessTokens {
  const { tokens } = ensureAccessTokens(stateDir);
  return replace(stateDir, { ...tokens, [key]: newToken() });
}

// Said by its start, so that a scanner for leaked secrets can know it.
function newToken(): string {
  return `herdctl_${randomBytes(32).toString("base64url")}`;
}

/** Whole or not at all; `false`: somebody else has. */
function create(stateDir: string, tokens: AccessTokens): boolean {
  const file = accessTokensFile(stateDir);
  const own = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    writeFileSync(own, toText(tokens), { mode: 0o600, flush: true });
    linkSync(own, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw toDirectoryError(error, stateDir, "write the tokens of");
  } finally {
    rmSync(own, { force: true });
  }
}

function replace(stateDir: string, tokens: AccessTokens): AccessTokens {
  try {
    writeFileAtomic.sync(accessTokensFile(stateDir), toText(tokens), { mode: 0o600 });
    return tokens;
  } catch (error) {
    throw toDirectoryError(error, stateDir, "write the tokens of");
  }
}

function toText(tokens: AccessTokens): string {
  return `${JSON.stringify(tokens, null, 2)}\n`;
}

function toTokens(text: string): AccessTokens | undefined {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null) return undefined;
  if (!("full" in value && "readOnly" in value)) return undefined;
  const { full, readOnly } = value;
  return isToken(full) && isToken(readOnly) ? { full, readOnly } : undefined;
}

// A short token in a file that somebody wrote by hand would be a weak one.
function isToken(value: unknown): value is string {
  return typeof value === "string" && value.length >= 32;
}
