import { describe, expect, it } from "vitest";
import { plainDocker } from "../../../test/plain-agent.ts";
import { testAgent } from "../../../test/runner/harness.ts";
import { CLIRuntime } from "./cli-runtime.ts";
import { ContainerRunner } from "./container-runner.ts";
import { RuntimeFactory } from "./factory.ts";
import { SDKRuntime } from "./sdk-runtime.ts";

describe("RuntimeFactory", () => {
  it("makes the SDK runtime", () => {
    expect(RuntimeFactory.create(testAgent())).toBeInstanceOf(SDKRuntime);
    expect(RuntimeFactory.create(testAgent(), { stateDir: "/state" })).toBeInstanceOf(SDKRuntime);
    const off = testAgent({ docker: { ...plainDocker, enabled: false } });
    expect(RuntimeFactory.create(off)).toBeInstanceOf(SDKRuntime);
  });

  it("makes the CLI runtime", () => {
    expect(RuntimeFactory.create(testAgent({ runtime: "cli" }))).toBeInstanceOf(CLIRuntime);
  });

  it.each(["sdk", "cli"] as const)("puts the %s runtime into a container", (runtime) => {
    const agent = testAgent({ runtime, docker: plainDocker });
    expect(RuntimeFactory.create(agent, { stateDir: "/state" })).toBeInstanceOf(ContainerRunner);
    expect(RuntimeFactory.create(agent)).toBeInstanceOf(ContainerRunner);
  });

  it("names the agent whose container cannot be had", () => {
    const agent = testAgent({ docker: { ...plainDocker, egress: { allow: [] }, network: "host" } });
    expect(() => RuntimeFactory.create(agent)).toThrow(
      expect.objectContaining({
        code: "CONFIGURATION_ERROR",
        message: expect.stringMatching(/Agent "writer" .*network: host.*a\.yaml/),
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
