import { claudeBinary, createTestFleet, script, type TestFleet, testImage } from "@herdctl/testing";

/** How the jobs of a soak run. */
export interface SoakKind {
  readonly runtime: "sdk" | "cli";
  /** A container for each job; else they are kept. */
  readonly ephemeral: boolean;
}

/** Containers that there may be at one time. */
export const maxContainers = 5;

// Beside what a job leaves on purpose, which its container has to get rid of.
const step = script()
  .tool("Bash", { command: "setsid env -i sleep 600 & echo $HERDCTL_JOB >>ran; sleep 0.5" })
  .text("done");

/** A fleet with an agent that could run twenty jobs, and has no more than five containers. */
export async function createSoakedFleet({ runtime, ephemeral }: SoakKind): Promise<TestFleet> {
  const docker = {
    enabled: true,
    image: await testImage(),
    // The stand-in for the model listens on the loopback address.
    network: "host",
    volumes: [`${claudeBinary()}:/usr/local/bin/claude:ro`],
    max_containers: maxContainers,
    ephemeral,
  };
  return createTestFleet({
    agents: {
      // A text: its folder is the fleet's to choose.
      a: JSON.stringify({
        name: "a",
        default_prompt: "Go.",
        permission_mode: "bypassPermissions",
        runtime,
        concurrency: 20,
      }),
    },
    fleet: {
      defaults: { working_directory: "workspaces/a", docker },
      history: { max_jobs_per_agent: 1_000 },
    },
    scripts: { a: step },
  });
}
