import { expect, test } from "vitest";
import { judgeName } from "./secret-names.ts";

test.each([
  "GITHUB_TOKEN",
  "GH_PAT",
  "TOK",
  "MYSQL_PWD",
  "DB_CONN",
  "SENTRY_DSN",
  "SLACK_WEBHOOK",
  "SLACK_WEBHOOK_URL",
  "OPENAI_API_KEY",
  "ANTHROPIC_CUSTOM_HEADERS",
  "Authorization",
  "X-Api-Key",
  "AUTH",
  "KEY_NAME",
  "apiKey",
])("%s is the name of a secret", (name) => {
  expect(judgeName(name)).toBe("secret");
});

test.each([
  "HOME",
  "PWD",
  "PATH",
  "NODE_ENV",
  "AWS_REGION",
  "ANTHROPIC_MODEL",
  "GITHUB_SHA",
  "GIT_AUTHOR_NAME",
  "PORT",
  "LOG_LEVEL",
])("%s is the name of something else", (name) => {
  expect(judgeName(name)).toBe("plain");
});

test.each(["TOPIC", "DATABASE_URL", "OPENAI", "SPATULA", "AUTHOR", "CONNECTION_LIMIT", "STOKE"])(
  "%s says nothing",
  (name) => {
    expect(judgeName(name)).toBe("unknown");
  },
);
