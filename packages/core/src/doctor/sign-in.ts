import { otherProvider } from "../runner/model-provider.ts";
import type { Check } from "./check.ts";

/** A login that Claude Code keeps in its folder, as far as it says how long it is good for. */
export interface Login {
  readonly file: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
  /** Claude Code gets a new one by itself. */
  readonly isRenewed: boolean;
  readonly subscription?: string;
}

/** What a claude is given. */
export interface SignInFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly login?: Login;
  /** A setting of Claude Code names a command that prints a key. */
  readonly hasKeyHelper: boolean;
  /** It can read the login and not change it. */
  readonly isReadOnly: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Variables with a key, in Claude Code's own order. */
const variables = ["ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY"];

/** What a claude signs in with, and whether that will do. */
export function judgeSignIn(facts: SignInFacts): Omit<Check, "name"> {
  const { env, login, hasKeyHelper } = facts;
  const provider = otherProvider(env);
  const variable = variables.find((name) => env[name]);
  if (provider !== undefined) return fine(`another provider of models (${provider})`);
  if (variable !== undefined) return fine(variable);
  if (hasKeyHelper) return fine("apiKeyHelper of Claude Code's settings");
  if (env["CLAUDE_CODE_OAUTH_TOKEN"]) return fine("CLAUDE_CODE_OAUTH_TOKEN");
  return login ? judgeLogin(login, facts) : none;
}

const none: Omit<Check, "name"> = {
  status: "problem",
  message: "neither a key nor a login",
  remedy: "Set ANTHROPIC_API_KEY where herdctl is started, or run `claude` once and log in.",
};

function judgeLogin(login: Login, { isReadOnly, now }: SignInFacts): Omit<Check, "name"> {
  const { file, expiresAt, isRenewed, subscription } = login;
  const message = `login of ${file}${subscription === undefined ? "" : ` (${subscription})`}`;
  const isOver = expiresAt !== undefined && expiresAt <= now;
  if (!isOver || (isRenewed && !isReadOnly)) return fine(message);
  const expired = `${message}, expired ${new Date(expiresAt).toISOString()}`;
  const remedy = isRenewed
    ? "Containers cannot renew what is mounted into them: run `claude` once on this machine, or use `credentials: proxy`."
    : "Run `claude` and log in anew.";
  return { status: "problem", message: expired, remedy };
}

function fine(message: string): Omit<Check, "name"> {
  return { status: "ok", message };
}
