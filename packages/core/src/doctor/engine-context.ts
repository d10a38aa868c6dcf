import { askDocker } from "../processes/ask-docker.ts";
import type { Check } from "./check.ts";
import type { EngineInfo } from "./engine.ts";

/** An engine on another machine, as its context says: the workspaces of agents are not there. */
export async function checkContext(info: EngineInfo, timeout: number): Promise<readonly Check[]> {
  const context = info.ClientInfo?.Context ?? "default";
  if (context === "default") return [];
  const question = ["context", "inspect", context, "--format", "{{.Endpoints.docker.Host}}"];
  const { stdout } = await askDocker(question, { timeout });
  const host = stdout.trim();
  if (host === "" || /^(?:unix|npipe):/.test(host)) return [];
  return [
    {
      name: "docker",
      status: "warning",
      message: `the engine of the Docker context ${context} is at ${host}: containers there see no folder of this machine`,
      remedy:
        "Run herdctl on that machine, or choose an engine of this one: `docker context use default`.",
    },
  ];
}
