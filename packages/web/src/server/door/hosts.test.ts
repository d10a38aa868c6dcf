import { expect, test } from "vitest";
import { isOwnHost } from "./hosts.ts";

const ownNames = new Set(["fleet.example.com"]);

test.each([
  "localhost",
  "LOCALHOST:3232",
  "localhost.",
  "127.0.0.1:3232",
  "[::1]:3232",
  "192.168.1.7",
  "fleet.example.com",
  "Fleet.Example.Com:443",
])("%s is this server", (header) => {
  expect(isOwnHost(header, ownNames)).toBe(true);
});

test.each([
  undefined,
  "",
  "evil.example",
  "localhost.evil.example",
  "fleet.example.com.evil.example",
  "evil.example:3232",
  "127.0.0.1.evil.example",
  "127.1",
  "0x7f.0.0.1",
  "localhost:3232:1",
  "localhost/..",
  "user@localhost",
  "localhost, evil.example",
  "[::1",
  "::1",
])("%j is somebody else", (header) => {
  expect(isOwnHost(header, ownNames)).toBe(false);
});
