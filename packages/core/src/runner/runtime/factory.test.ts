import { describe, expect, it } from "vitest";
import { testAgent } from "../../../test/runner/harness.ts";
import { CLIRuntime } from "./cli-runtime.ts";
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

  it("makes the CLI runtime", () => {
    expect(RuntimeFactory.create(testAgent({ runtime: "cli" }))).toBeInstanceOf(CLIRuntime);
  });

  it.each([["docker", testAgent({ runtime: "cli", docker: { enabled: true } })]])(
    "names the field that is not active: %s",
    (field, agent) => {
      expect(() => RuntimeFactory.create(agent)).toThrow(
        expect.objectContaining({
          code: "FEATURE_NOT_ACTIVE",
          message: expect.stringContaining(`\`${field}\``),
        }),
      );
    },
  );

  it("lists the runtimes when asked for another", () => {
    const agent = { ...testAgent(), ...JSON.parse(`{"runtime": "pty"}`) };
    expect(() => RuntimeFactory.create(agent)).toThrow(
      "Unknown runtime type: pty. Supported types: 'sdk' (default), 'cli'",
    );
  });
});
