import { expect, test } from "vitest";
import { isForeignPage, isOwnPage } from "./origin.ts";

const host = "localhost:3232";

test.each([
  { host, origin: undefined, site: undefined },
  { host, origin: "http://localhost:3232", site: "same-origin" },
  { host: "LOCALHOST:3232", origin: "http://localhost:3232", site: undefined },
  { host: "[::1]:3232", origin: "http://[::1]:3232", site: undefined },
  { host: "fleet.example.com", origin: "https://fleet.example.com", site: "same-origin" },
  { host: "fleet.example.com:443", origin: "https://fleet.example.com", site: undefined },
  { host, origin: undefined, site: "none" },
])("$origin ($site) on $host is nobody else's page", (facts) => {
  expect(isForeignPage(facts)).toBe(false);
});

test.each([
  { host, origin: "http://evil.example", site: undefined },
  { host, origin: "http://localhost:8000", site: undefined },
  { host, origin: "http://localhost", site: undefined },
  { host, origin: "null", site: undefined },
  { host, origin: "", site: undefined },
  { host, origin: "localhost:3232", site: undefined },
  { host: "fleet.example.com", origin: "https://evil.fleet.example.com", site: undefined },
  { host: "fleet.example.com", origin: "https://fleet.example.com:8443", site: undefined },
  { host, origin: undefined, site: "cross-site" },
  { host, origin: undefined, site: "same-site" },
  { host, origin: "http://localhost:3232", site: "cross-site" },
  { host, origin: undefined, site: "from-the-future" },
  { host: undefined, origin: "http://localhost:3232", site: undefined },
])("$origin ($site) on $host is somebody else's page", (facts) => {
  expect(isForeignPage(facts)).toBe(true);
});

test("only what a browser says makes a page our own", () => {
  expect(isOwnPage({ host, origin: undefined, site: undefined })).toBe(false);
  expect(isOwnPage({ host, origin: undefined, site: "none" })).toBe(false);
  expect(isOwnPage({ host, origin: undefined, site: "same-origin" })).toBe(true);
  expect(isOwnPage({ host, origin: `http://${host}`, site: undefined })).toBe(true);
  expect(isOwnPage({ host, origin: "http://evil.example", site: undefined })).toBe(false);
});
