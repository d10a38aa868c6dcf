import { describe, expect, it } from "vitest";
import { testAgent } from "../../../test/runner/harness.ts";
import { RuntimeFactory } from "./factory.ts";
import { SDKRuntime } from "./sdk-runtime.ts";

describe("RuntimeFactory", () => {
  it("makes the SDK runtime", () => {
    expect(RuntimeFactory.create(testAgent())).toBeInstanceOf(SDKRuntime);
    expect(RuntimeFactory.create(testAgent(), { stateDir: "/state" })).toBeInstanceOf(SDKRuntime);
    expect(RuntimeFactory.create(testAgent({ docker: { enabled: false } }))).toBeInstanceOf(
      SDKRuntime,
    );
  });

  it.each([
    ["runtime: cli", testAgent({ runtime: "cli" })],
    ["docker", testAgent({ docker: { enabled: true } })],
  ])("names the field that is not active: %s", (field, agent) => {
    expect(() => RuntimeFactory.create(agent)).toThrow(
      expect.objectContaining({
        code: "FEATURE_NOT_ACTIVE",
        message: expect.stringContaining(`\`${field}\``),
      }),
    );
  });

  it("lists the runtimes when asked for another", () => {
    const agent = { ...testAgent(), ...JSON.parse(`{"runtime": "pty"}`) };
    expect(() => RuntimeFactory.create(agent)).toThrow(
      "Unknown runtime type: pty. Supported types: 'sdk' (default), 'cli'",
    );
  });
});
