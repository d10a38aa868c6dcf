import { expect, test } from "vitest";
import { LoginLimits } from "./login-limits.ts";

function limits(): { readonly limits: LoginLimits; readonly clock: { now: number } } {
  const clock = { now: 1_000_000 };
  return { limits: new LoginLimits(() => clock.now), clock };
}

const tooMany = (retryAfter: number): object =>
  expect.objectContaining({ code: "TOO_MANY_REQUESTS", context: { retryAfter } }) as object;

function fail(of: LoginLimits, address: string, times: number): void {
  for (let count = 0; count < times; count++) of.fail(address);
}

test("an address that fails is held up for the rest of a minute, others are not", () => {
  const { limits: of, clock } = limits();
  fail(of, "10.0.0.1", 4);
  of.check("10.0.0.1");
  expect(of.fail("10.0.0.1")).toBe(true);
  clock.now += 20_500;
  expect(() => of.check("10.0.0.1")).toThrow(tooMany(40));
  of.check("10.0.0.2");
  clock.now += 39_500;
  of.check("10.0.0.1");
  expect(of.fail("10.0.0.1")).toBe(false);
});

test("whoever has many addresses is held up by their number", () => {
  const { limits: of, clock } = limits();
  for (let count = 0; count < 100; count++) of.fail(`10.0.1.${count}`);
  expect(() => of.check("10.0.0.9")).toThrow(tooMany(60));
  clock.now += 60_000;
  of.check("10.0.0.9");
});

test("the addresses of one network of IPv6 are one", () => {
  const { limits: of } = limits();
  fail(of, "2001:db8::1", 5);
  expect(() => of.check("2001:db8:0:0:ffff::2")).toThrow(tooMany(60));
  of.check("2001:db8:0:1::1");
  of.check("::1");
});

test("no number of addresses takes more than a bounded place", () => {
  const { limits: of, clock } = limits();
  fail(of, "10.0.0.1", 5);
  for (let count = 0; count < 1_000; count++) {
    clock.now += 1;
    of.fail(`10.1.${count >> 8}.${count & 255}`);
  }
  clock.now += 59_000;
  of.check("10.0.0.1");
});
