import { mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect, test } from "vitest";
import { renderEnvironment, selectEnvironment, writeEnvironment } from "./environment-file.ts";

test("takes what Claude Code needs, what the configuration names, and what is asked for", () => {
  const env = {
    ANTHROPIC_API_KEY: "key",
    DB_URL: "db",
    DOCKER_CONTEXT: "rootless",
    HOOK_SECRET: "hook",
    EXTRA: "extra",
    OTHER: "other",
    HOME: "/home/me",
    UNSET: undefined,
  };
  const configuration =
    'env: {URL: "${DB_URL:-none}", HOME: "${HOME}", A: "${UNSET}"}\nwebhooks: {secret_env: HOOK_SECRET}';
  expect(selectEnvironment(env, { configuration, named: ["EXTRA"] })).toEqual({
    ANTHROPIC_API_KEY: "key",
    DB_URL: "db",
    DOCKER_CONTEXT: "rootless",
    EXTRA: "extra",
    HOOK_SECRET: "hook",
  });
});

test("takes what the provider of the models and the way to it need", () => {
  const env = {
    CLAUDE_CODE_USE_BEDROCK: "1",
    AWS_REGION: "us-east-1",
    AWS_PROFILE: "work",
    HTTPS_PROXY: "http://proxy:3128",
    CLOUD_ML_REGION: "global",
    EDITOR: "vi",
  };
  expect(Object.keys(selectEnvironment(env, { configuration: "", named: [] }))).toEqual([
    "AWS_PROFILE",
    "AWS_REGION",
    "CLAUDE_CODE_USE_BEDROCK",
    "HTTPS_PROXY",
  ]);
});

test.each(["plain", "it's", 'say "hi" `now`', "a\nb", "$HOME # no comment", " x ", "it's `a` \\t"])(
  "Node reads %j as it was",
  (value) => {
    expect(parseEnv(renderEnvironment({ VALUE: value }))).toEqual({ VALUE: value });
  },
);

test("refuses what no quotes hold", () => {
  expect(() => renderEnvironment({ ODD: "'`\"" })).toThrow("The value of ODD");
});

test("keeps what somebody has added, in a file for this user alone", async () => {
  const file = join(await mkdtemp(join(tmpdir(), "herdctl-env-")), "service.env");
  await writeEnvironment(file, { A: "1" });
  await writeFile(file, `${await readFile(file, "utf8")}MINE=2\n`, { mode: 0o644 });
  await writeEnvironment(file, { A: "3" });
  expect(parseEnv(await readFile(file, "utf8"))).toEqual({ A: "3", MINE: "2" });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});
