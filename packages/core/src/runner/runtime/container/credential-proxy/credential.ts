/** What signs requests to the model. */
export type Credential =
  | { readonly kind: "key"; readonly value: string }
  /** Of a gateway, or of a subscription (`oauth`). */
  | { readonly kind: "bearer" | "oauth"; readonly value: string }
  /** File of Claude Code's own login, which is renewed from time to time. */
  | { readonly kind: "login"; readonly path: string };

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables with a credential, in Claude Code's own order, and what each holds. */
const variables = [
  ["ANTHROPIC_AUTH_TOKEN", "bearer"],
  ["ANTHROPIC_API_KEY", "key"],
  ["CLAUDE_CODE_OAUTH_TOKEN", "oauth"],
] as const;

export const credentialNames: ReadonlySet<string> = new Set(variables.map(([name]) => name));

/** The credential that a claude of this environment would use; `login` where there is such a file. */
export function findCredential(
  env: Environment,
  login: string | undefined,
): Credential | undefined {
  for (const [name, kind] of variables) {
    const value = env[name];
    if (value) return { kind, value };
  }
  return login === undefined ? undefined : { kind: "login", path: login };
}

/** In place of a credential; says what it is to whoever finds it. */
const placeholder = "held-by-herdctl";

/** By which a claude without the credential knows what kind of requests it is to make. */
export function placeholderFor(
  credential: Credential | undefined,
): Readonly<Record<string, string>> {
  if (!credential) return {};
  const kind = credential.kind === "login" ? "oauth" : credential.kind;
  const found = variables.find(([, itsKind]) => itsKind === kind);
  return found ? { [found[0]]: placeholder } : {};
}
