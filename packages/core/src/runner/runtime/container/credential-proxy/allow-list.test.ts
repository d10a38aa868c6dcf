import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findEntry, parseAllowList, parseDestination } from "./allow-list.ts";

const isAllowed = (entries: readonly string[], authority: string, port?: number): boolean => {
  const destination = parseDestination(authority, port);
  return destination !== undefined && findEntry(parseAllowList(entries), destination) !== undefined;
};

describe("an allow list", () => {
  it.each([
    ["example.com", "example.com:443", true],
    ["example.com", "example.com:80", true],
    ["example.com", "example.com:22", false],
    ["example.com", "EXAMPLE.com.:443", true],
    ["EXample.com", "example.com:443", true],
    ["example.com", "registry.example.com:443", false],
    ["example.com", "evilexample.com:443", false],
    ["example.com", "example.com.evil.com:443", false],
    ["*.example.com", "registry.example.com:443", true],
    ["*.example.com", "a.b.example.com:443", true],
    ["*.example.com", "example.com:443", false],
    ["*.example.com", "evilexample.com:443", false],
    ["*.example.com:8443", "a.example.com:8443", true],
    ["*.example.com:8443", "a.example.com:443", false],
    ["git.example.com:22", "git.example.com:22", true],
    ["git.example.com:22", "git.example.com:443", false],
    ["10.1.2.3", "10.1.2.3:443", true],
    ["10.1.2.3", "10.1.2.4:443", false],
    ["*.2.3", "10.1.2.3:443", true],
    ["[::1]:8080", "[::1]:8080", true],
    ["[::1]:8080", "[::2]:8080", false],
  ])("%s → %s: %s", (entry, authority, allowed) => {
    expect(isAllowed([entry], authority)).toBe(allowed);
  });

  it("lets nothing through when it is empty", () => {
    expect(isAllowed([], "example.com:443")).toBe(false);
  });
});

describe("parseDestination", () => {
  it.each([
    ["example.com:443", { host: "example.com", port: 443 }],
    ["[2001:DB8::1]:80", { host: "2001:db8::1", port: 80 }],
    ["example.com", undefined],
    ["example.com:0", undefined],
    ["example.com:65536", undefined],
    ["example.com:99999999", undefined],
    ["example.com:-1", undefined],
    [":443", undefined],
    ["", undefined],
    ["a b:443", undefined],
    ["user@example.com:443", undefined],
    ["example.com/path:443", undefined],
    ["example..com:443", undefined],
    ["[example.com]:443", undefined],
    ["::1:443", undefined],
    [`${"a".repeat(254)}:443`, undefined],
  ])("%s", (authority, destination) => {
    expect(parseDestination(authority)).toEqual(destination);
  });

  it("takes the port of its kind where none is named", () => {
    expect(parseDestination("example.com", 80)).toEqual({ host: "example.com", port: 80 });
  });

  it("never lets through what is not on the list, whatever is asked for", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(isAllowed(["allowed.example"], text, 443)).toBe(
          /^allowed\.example\.?(?::0*(?:443|80))?$/i.test(text),
        );
      }),
    );
  });
});
