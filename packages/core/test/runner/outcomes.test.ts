import { createServer } from "node:net";
import { once } from "node:events";
import { script } from "@herdctl/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findJobProcesses } from "../../src/processes/reap.ts";
import { Bench, type Ran } from "./harness.ts";
import { killInTool } from "./kill-in-tool.ts";

let bench: Bench;

beforeAll(async () => {
  bench = await Bench.open();
});

afterAll(() => bench[Symbol.asyncDispose]());

describe("the outcome of a run", () => {
  it("is an error when nobody answers at the API's address", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const address = closed.address();
    closed.close();
    const port = typeof address === "object" ? address?.port : undefined;
    const ran = await bench.run(script().text("Never asked."), {
      agent: { env: { ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}` } },
    });
    expect(ran.outcome).toMatchObject({ status: "failed", exitReason: "error" });
    expectNothingLeft(ran);
  });

  it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "is interrupted when somebody else sends claude %s",
    async (signal) => {
      const ran = await killInTool(bench, signal);
      expect(ran.outcome).toMatchObject({ status: "failed", exitReason: "interrupted" });
      expectNothingLeft(ran);
    },
  );
});

function expectNothingLeft(ran: Ran): void {
  expect(ran.survivors).toEqual([]);
  expect(ran.record).toBeDefined();
  if (ran.record) expect(findJobProcesses(ran.record)).toEqual([]);
}
