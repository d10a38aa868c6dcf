import { existsSync } from "node:fs";
import { join } from "node:path";
import { claudeBinary, testImage } from "@herdctl/testing";
import type { ResolvedDocker } from "../../src/config/resolved.ts";
import { plainDocker } from "../plain-agent.ts";

let image: Promise<string> | undefined;

export interface Containment {
  /** On the host; there is no claude in the container where it does not exist. */
  readonly claudePath?: string;
  readonly network?: ResolvedDocker["network"];
}

/** The `docker` block of an agent that reaches the model through the proxy, and nothing else. */
export async function containment(options: Containment): Promise<ResolvedDocker> {
  const { claudePath = claudeBinary(), network = "none" } = options;
  image ??= testImage();
  return {
    ...plainDocker,
    image: await image,
    network,
    volumes: existsSync(claudePath) ? [`${claudePath}:/usr/local/bin/claude:ro`] : [],
    maxContainers: 20,
  };
}

/** Where transcripts of containers are, below the home of a stage. */
export const containedTranscripts: string = join("docker-sessions", "writer", "projects");
