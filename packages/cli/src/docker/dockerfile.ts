import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FleetManagerError } from "@herdctl/core";

/** The Dockerfile of the image for agents: beside the bundle, or in the repository that this is run from. */
export async function readDockerfile(): Promise<string> {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const text = await readFile(join(folder, "docker", "Dockerfile"), "utf8").catch(
      () => undefined,
    );
    if (text !== undefined) return text;
  }
  throw new FleetManagerError("The Dockerfile of herdctl is missing. Install herdctl anew.", {
    code: "INTERNAL",
  });
}
