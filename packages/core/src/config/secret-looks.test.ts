import { expect, test } from "vitest";
import { looksPlain, secretsOfAddress, secretsWithin } from "./secret-looks.ts";

// Made here, so that no scanner takes them for real.
const made = (start: string, length = 36): string => `${start}${"a1B2".repeat(length / 4)}`;

test.each([
  "main",
  "feature/login-page",
  "us-east-1",
  "3000",
  "2026-01-31T09:00:00Z",
  "claude-opus-4-1-20250805",
  "eu.anthropic.claude-sonnet-4-5-v1:0",
  "node24",
  "/home/ann/work/site 2",
  "~/notes",
  "owner/repo",
  "ann@example.com",
  "Europe/Berlin",
  "1234567890123456789",
  "https://api.example.com/v1?page=2&sort=name",
  "Check the build (and mend it)! It costs $5.",
  "Überprüfe die Änderungen",
])("%s is plainly no secret", (value) => {
  expect(looksPlain(value)).toBe(true);
});

test.each([
  "toksecret77",
  "hunter2hunter2",
  "9f86d081884c7d659a2feaa0c55ad015",
  "550e8400-e29b-41d4-a716-446655440000",
  "dGhpcyBpcyBh/HNlY3JldA==",
  "p@$$word!",
  "https://hooks.example.com/T0000AB12/B0000",
  "thisisaverylongpassphrase",
  made("sk-ant-"),
])("%s may be one", (value) => {
  expect(looksPlain(value)).toBe(false);
});

test.each<[text: string, secrets: readonly string[]]>([
  ["postgres://app:s3cr3tpassword@db/app", ["app:s3cr3tpassword", "s3cr3tpassword"]],
  ["postgres://postgres:postgres@localhost/app", ["postgres:postgres"]],
  ["redis://:pa%24sw0rdabc@cache", [":pa%24sw0rdabc", "pa%24sw0rdabc", "pa$sw0rdabc"]],
  ["git clone https://x1y2z3a4b5c6@example.com/o/r", ["x1y2z3a4b5c6"]],
  ["ssh://git@example.com/o/r and https://ann@example.com", []],
  ["curl https://$USER:$PASSWORD@example.com", []],
  ["https://example.com/?page=2&api_key=abcd&sig=1", ["abcd"]],
  ["https://example.com/?token=${TOKEN}", []],
  [`curl -u bot:${made("ghp_")} https://h`, [made("ghp_")]],
  [`${made("xoxb-")} and ${made("AIza")}`, [made("xoxb-"), made("AIza")]],
  ["https://hooks.slack.com/services/T0/B0/zzz", ["T0/B0/zzz"]],
  ["https://discord.com/api/webhooks/12/abc-d", ["12/abc-d"]],
  ["ask-questions-first-and-then-act, 5 times", []],
])("within %s: %j", (text, secrets) => {
  expect(secretsWithin(text).filter((value, index, all) => all.indexOf(value) === index)).toEqual(
    secrets,
  );
});

test.each<[address: string, secrets: readonly string[]]>([
  ["https://u:urlpass99@h/?key=urlsecret2", ["u:urlpass99", "urlpass99", "urlsecret2"]],
  ["https://mcp.example.com/v1/9f86d081884c7d659a2feaa0", ["9f86d081884c7d659a2feaa0"]],
  ["https://a1b2c3d4e5f6a7b8c9d0.example.com/oauth2callback", []],
])("of the address %s: %j", (address, secrets) => {
  expect([...new Set(secretsOfAddress(address))]).toEqual(secrets);
});
