import { readFile, stat } from "node:fs/promises";
import { fieldOf } from "../../../../field-of.ts";
import type { Credential } from "./credential.ts";

/** How one request is signed. */
export interface Signature {
  readonly headers: Readonly<Record<string, string>>;
  /** What is wrong with the credential, for the case that it is refused. */
  readonly doubt?: string;
}

/** Signs requests; a login is read as it is at that moment. */
export class Signer {
  readonly #credential: Credential | undefined;
  #login: { readonly version: string; readonly signature: Signature } | undefined;

  constructor(credential: Credential | undefined) {
    this.#credential = credential;
  }

  async sign(): Promise<Signature> {
    const credential = this.#credential;
    if (!credential) return { headers: {} };
    if (credential.kind === "key") return { headers: { "x-api-key": credential.value } };
    if (credential.kind === "login") return this.#signByLogin(credential.path);
    return { headers: bearer(credential.value) };
  }

  async #signByLogin(path: string): Promise<Signature> {
    try {
      const { mtimeMs, ino, size } = await stat(path);
      const version = `${mtimeMs} ${ino} ${size}`;
      if (this.#login?.version !== version) {
        this.#login = { version, signature: toSignature(path, await readFile(path, "utf8")) };
      }
      return this.#login.signature;
    } catch {
      // Being written just now, or gone.
      return this.#login?.signature ?? { headers: {}, doubt: `${path} holds no login. ${remedy}` };
    }
  }
}

const remedy =
  "Run `claude` once on the host, which renews it, or give herdctl the token that `claude setup-token` prints.";

function toSignature(path: string, text: string): Signature {
  const login = fieldOf(JSON.parse(text), "claudeAiOauth");
  const [token, expiresAt] = [fieldOf(login, "accessToken"), fieldOf(login, "expiresAt")];
  if (typeof token !== "string") throw new Error(`${path} holds no login.`);
  const expired =
    typeof expiresAt === "number"
      ? `The login of this machine was valid until ${new Date(expiresAt).toISOString()} (${path}).`
      : `The login of this machine (${path}) is not taken any more.`;
  return { headers: bearer(token), doubt: `${expired} ${remedy}` };
}

function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}
