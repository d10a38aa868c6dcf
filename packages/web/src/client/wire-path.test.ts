import { expect, test } from "vitest";
import { wirePath } from "./wire-path.ts";

test.each([
  ["/api/status", {}, {}, "/api/status"],
  ["/a/:one/b/:two", { one: "x/y", two: "ü ?" }, {}, "/a/x%2Fy/b/%C3%BC%20%3F"],
  [
    "/a",
    {},
    { text: "a&b=c d", limit: undefined, cursor: "1+2" },
    "/a?text=a%26b%3Dc+d&cursor=1%2B2",
  ],
])("%s with %j and %j is %s", (path, params, query, expected) => {
  expect(wirePath(path, params, query)).toBe(expected);
});
