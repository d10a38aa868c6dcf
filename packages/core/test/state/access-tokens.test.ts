import { chmod, stat, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import {
  accessTokensFile,
  closeAccessTokens,
  ensureAccessTokens,
  readAccessTokens,
} from "../../src/state/access-tokens.ts";
import { rotateAccessToken } from "../../src/state/rotate-access-token.ts";
import { openState } from "./open-state.ts";
import { temporaryFolder } from "../temporary-folder.ts";

test("tokens are made once, for their owner's eyes only", async () => {
  const stateDir = await temporaryFolder();
  expect(readAccessTokens(stateDir)).toBeUndefined();
  const { tokens, created } = ensureAccessTokens(stateDir);
  expect(created).toBe(true);
  for (const token of [tokens.full, tokens.readOnly]) {
    expect(token).toMatch(/^herdctl_[\w-]{43}$/);
  }
  expect(tokens.full).not.toBe(tokens.readOnly);
  expect((await stat(accessTokensFile(stateDir))).mode & 0o777).toBe(0o600);
  expect(ensureAccessTokens(stateDir)).toEqual({ tokens, created: false });
  expect(readAccessTokens(stateDir)).toEqual(tokens);
});

test("tokens that others could read are closed to them", async () => {
  const stateDir = await temporaryFolder();
  const { tokens } = ensureAccessTokens(stateDir);
  expect(closeAccessTokens(stateDir)).toBe(false);
  await chmod(accessTokensFile(stateDir), 0o644);
  expect(closeAccessTokens(stateDir)).toBe(true);
  expect((await stat(accessTokensFile(stateDir))).mode & 0o777).toBe(0o600);
  expect(readAccessTokens(stateDir)).toEqual(tokens);
});

test("one token is replaced, and the other stays", async () => {
  const state = await openState();
  const { tokens } = ensureAccessTokens(state.stateDir);
  const rotated = await rotateAccessToken(state, "read-only");
  expect(rotated.full).toBe(tokens.full);
  expect(rotated.readOnly).not.toBe(tokens.readOnly);
  expect((await rotateAccessToken(state, "full")).readOnly).toBe(rotated.readOnly);
  expect(readAccessTokens(state.stateDir)?.full).not.toBe(tokens.full);
});

test("rotating where there is none makes both", async () => {
  const state = await openState();
  expect(await rotateAccessToken(state, "full")).toEqual(readAccessTokens(state.stateDir));
});

test("of several who rotate at once, each gets what is there in the end, and no old token comes back", async () => {
  const state = await openState();
  const { stateDir } = state;
  const { tokens: old } = ensureAccessTokens(stateDir);
  const others = [await openState({ stateDir }), await openState({ stateDir })];
  const states = [state, ...others];
  const rotated = await Promise.all(
    [...states, ...states].map(async (one, index) => {
      const access = index % 2 === 0 ? "full" : "read-only";
      return { access, tokens: await rotateAccessToken(one, access) } as const;
    }),
  );
  const now = readAccessTokens(stateDir);
  expect(now?.full).not.toBe(old.full);
  expect(now?.readOnly).not.toBe(old.readOnly);
  for (const { access, tokens } of rotated) {
    const key = access === "full" ? "full" : "readOnly";
    expect(tokens[key]).toBe(now?.[key]);
  }
});

test.each(["", "{", "[]", "{}", '{"full": "short", "readOnly": "short"}', '{"full": 1}'])(
  "a file that holds %j is an error with a remedy, never an open door",
  async (text) => {
    const state = await openState();
    const { stateDir } = state;
    await writeFile(accessTokensFile(stateDir), text);
    const refusal = expect.objectContaining({
      code: "STATE_DIR",
      message: `${accessTokensFile(stateDir)} holds no tokens. Remove it to have new ones made.`,
    });
    expect(() => readAccessTokens(stateDir)).toThrow(refusal);
    expect(() => ensureAccessTokens(stateDir)).toThrow(refusal);
    await expect(rotateAccessToken(state, "full")).rejects.toEqual(refusal);
  },
);

test("a folder that cannot be written is an error that names it", async () => {
  const stateDir = `${await temporaryFolder()}/missing`;
  expect(() => ensureAccessTokens(stateDir)).toThrow(stateDir);
});
