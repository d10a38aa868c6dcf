import { describe, expect, it } from "vitest";
import { findCredential, placeholderFor } from "./credential.ts";

describe("the credential of a claude", () => {
  const login = "/home/u/.claude/.credentials.json";
  const all = { ANTHROPIC_AUTH_TOKEN: "a", ANTHROPIC_API_KEY: "k", CLAUDE_CODE_OAUTH_TOKEN: "o" };

  it.each([
    [all, { kind: "bearer", value: "a" }, "ANTHROPIC_AUTH_TOKEN"],
    [{ ...all, ANTHROPIC_AUTH_TOKEN: "" }, { kind: "key", value: "k" }, "ANTHROPIC_API_KEY"],
    [{ CLAUDE_CODE_OAUTH_TOKEN: "o" }, { kind: "oauth", value: "o" }, "CLAUDE_CODE_OAUTH_TOKEN"],
    [{}, { kind: "login", path: login }, "CLAUDE_CODE_OAUTH_TOKEN"],
  ])("of %o is %o, told by a placeholder of that kind", (env, credential, name) => {
    expect(findCredential(env, login)).toEqual(credential);
    const placeholder = placeholderFor(findCredential(env, login));
    expect(placeholder).toEqual({ [name]: "held-by-herdctl" });
  });

  it("may be missing, and is not made up then", () => {
    expect(findCredential({}, undefined)).toBeUndefined();
    expect(placeholderFor(undefined)).toEqual({});
  });
});
