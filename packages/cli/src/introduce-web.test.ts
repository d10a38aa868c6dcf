import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { plainOutput } from "../test/plain-output.ts";
import { introduceWeb } from "./introduce-web.ts";

test.each([
  ["http://localhost:3232", false],
  ["http://127.0.0.1:3232", false],
  ["http://[::1]:3232", false],
  ["http://0.0.0.0:3232", true],
  ["http://[::]:3232", true],
  ["http://fleet.example:3232", true],
])("at %s, tokens that can be read on the way: %s", (url, isTold) => {
  const output = plainOutput();
  const context = {
    cwd: "/",
    env: {},
    output,
    program: "herdctl",
    stdin: Readable.from([]),
    exitCode: 0,
  };
  introduceWeb({ url }, {}, context);
  expect(output.stdout).toContain(url);
  expect(output.stderr.includes("TLS")).toBe(isTold);
});
