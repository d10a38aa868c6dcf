import { expect, it } from "vitest";
import { judgeSignIn, type SignInFacts } from "./sign-in.ts";

const now = Date.parse("2026-11-21T12:00:00Z");
const facts: SignInFacts = { env: {}, hasKeyHelper: false, isReadOnly: false, now };
const login = {
  file: "/home/me/.claude/.credentials.json",
  expiresAt: now + 1,
  isRenewed: true,
  subscription: "max",
};
const key = { ANTHROPIC_API_KEY: "sk-secret" };

it.each<[string, Partial<SignInFacts>, string]>([
  ["a key", { env: key }, "ANTHROPIC_API_KEY"],
  ["a token before a key", { env: { ...key, ANTHROPIC_AUTH_TOKEN: "t" } }, "ANTHROPIC_AUTH_TOKEN"],
  ["a token of a subscription", { env: { CLAUDE_CODE_OAUTH_TOKEN: "t" } }, "CLAUDE_CODE_OAUTH"],
  ["another provider", { env: { CLAUDE_CODE_USE_BEDROCK: "1" } }, "CLAUDE_CODE_USE_BEDROCK"],
  [
    "a provider that is switched off",
    { env: { CLAUDE_CODE_USE_BEDROCK: "0", ...key } },
    "_API_KEY",
  ],
  ["a helper", { hasKeyHelper: true, env: { CLAUDE_CODE_OAUTH_TOKEN: "t" } }, "apiKeyHelper"],
  ["a login", { login }, "login of /home/me/.claude/.credentials.json (max)"],
  ["a login that renews itself", { login: { ...login, expiresAt: now - 1 } }, "login of"],
  ["a mounted login", { login, isReadOnly: true }, "login of"],
])("is content with %s", (_, given, words) => {
  const said = judgeSignIn({ ...facts, ...given });
  expect(said).toMatchObject({ status: "ok", message: expect.stringContaining(words) });
  expect(JSON.stringify(said)).not.toContain("secret");
});

it.each<[string, Partial<SignInFacts>, RegExp]>([
  ["nothing", {}, /neither a key nor a login .*ANTHROPIC_API_KEY/],
  [
    "a switch that is about no provider",
    { env: { CLAUDE_CODE_USE_POWERSHELL_TOOL: "1" } },
    /neither a key nor a login/,
  ],
  ["an empty key", { env: { ANTHROPIC_API_KEY: "" } }, /neither a key nor a login/],
  [
    "a login that is over for good",
    { login: { ...login, expiresAt: now, isRenewed: false } },
    /expired 2026-11-21T12:00:00.000Z Run `claude` and log in anew/,
  ],
  [
    "a mounted login that would have to be renewed",
    { login: { ...login, expiresAt: now - 1 }, isReadOnly: true },
    /expired .* cannot renew what is mounted/,
  ],
])("has a remedy for %s", (_, given, words) => {
  const { status, message, remedy } = judgeSignIn({ ...facts, ...given });
  expect(status).toBe("problem");
  expect(`${message} ${remedy}`).toMatch(words);
});
