import { expect, test } from "vitest";
import { parseTraceparent, toTraceparent } from "./traceparent.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";

test("a span is written and read", () => {
  const text = toTraceparent({ traceId, spanId, traceFlags: 1 });
  expect(text).toBe(`00-${traceId}-${spanId}-01`);
  expect(parseTraceparent(text)).toEqual({ traceId, spanId, traceFlags: 1, isRemote: true });
});

test.each(["", "00-x-y-01", `00-${traceId}-${spanId}`, `00-${traceId}-${spanId}-01-more`])(
  "%j is no span",
  (text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  },
);
