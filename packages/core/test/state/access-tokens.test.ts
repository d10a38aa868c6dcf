import { stat, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import {
  accessTokensFile,
  ensureAccessTokens,
  readAccessTokens,
  rotateAccessToken,
} from "../../src/state/access-tokens.ts";
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

test("one token is replaced, and the other stays", async () => {
  const stateDir = await temporaryFolder();
  const { tokens } = ensureAccessTokens(stateDir);
  const rotated = rotateAccessToken(stateDir, "read-only");
  expect(rotated.full).toBe(tokens.full);
  expect(rotated.readOnly).not.toBe(tokens.readOnly);
  expect(rotateAccessToken(stateDir, "full").readOnly).toBe(rotated.readOnly);
  expect(readAccessTokens(stateDir)?.full).not.toBe(tokens.full);
});

test("rotating where there is none makes both", async () => {
  const stateDir = await temporaryFolder();
  expect(rotateAccessToken(stateDir, "full")).toEqual(readAccessTokens(stateDir));
});

test.each(["", "{", "[]", "{}", '{"full": "short", "readOnly": "short"}', '{"full": 1}'])(
  "a file that holds %j is an error with a remedy, never an open door",
  async (text) => {
    const stateDir = await temporaryFolder();
    await writeFile(accessTokensFile(stateDir), text);
    for (const action of [
      readAccessTokens,
      ensureAccessTokens,
      (dir: string) => rotateAccessToken(dir, "full"),
    ]) {
      expect(() => action(stateDir)).toThrow(
        expect.objectContaining({
          code: "STATE_DIR",
          message: `${accessTokensFile(stateDir)} holds no tokens. Remove it to have new ones made.`,
        }),
      );
    }
  },
);

test("a folder that cannot be written is an error that names it", async () => {
  const stateDir = `${await temporaryFolder()}/missing`;
  expect(() => ensureAccessTokens(stateDir)).toThrow(stateDir);
});
