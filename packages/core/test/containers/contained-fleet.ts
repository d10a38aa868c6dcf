import {
  claudeBinary,
  createTestFleet,
  type ScriptBuilder,
  type TestFleet,
  type TestFleetOptions,
  testImage,
} from "@herdctl/testing";
import { onTestFinished } from "vitest";
import { docker as runDocker, keptContainers } from "./engine.ts";

export interface ContainedFleetOptions {
  readonly runtime: "sdk" | "cli";
  readonly script: ScriptBuilder;
  /** Fields of the agent, which is called `a`. */
  readonly agent?: Readonly<Record<string, unknown>>;
  /** Fields of the `docker` block. */
  readonly docker?: Readonly<Record<string, unknown>>;
  /** Fields of the fleet's `defaults`. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly files?: TestFleetOptions["files"];
}

/** A fleet whose agent `a` runs in a container that can reach nothing but this machine. */
export async function createContainedFleet(options: ContainedFleetOptions): Promise<TestFleet> {
  const { runtime, script, agent, docker, defaults, files } = options;
  const image = await testImage({ needs: docker?.["egress"] ? ["socat"] : [] });
  const test = await createTestFleet({
    agents: {
      // A text: its folder is the fleet's to choose.
      a: JSON.stringify({
        name: "a",
        default_prompt: "Do it.",
        permission_mode: "bypassPermissions",
        runtime,
        ...agent,
      }),
    },
    fleet: {
      defaults: {
        working_directory: "workspaces/a",
        ...defaults,
        docker: {
          enabled: true,
          image,
          // The stand-in for the model listens on the loopback address.
          network: "host",
          volumes: [`${claudeBinary()}:/usr/local/bin/claude:ro`],
          ...docker,
        },
      },
    },
    scripts: { a: script },
    ...(files && { files }),
  });
  if (docker?.["ephemeral"] === false) onTestFinished(() => endKept(test));
  return test;
}

/** A job without a daemon leaves what is kept to the next one. */
async function endKept(test: TestFleet): Promise<void> {
  const left = await keptContainers(test);
  if (left.length > 0) await runDocker("rm", "--force", ...left);
}
