import type { ResolvedAgent } from "../config/resolved.ts";
import { askDocker } from "../runner/runtime/container/ask-docker.ts";
import { toEngineError } from "../runner/runtime/container/container-errors.ts";
import { defaultImage } from "../runner/runtime/image/default-image.ts";
import type { Check, Patient } from "./check.ts";
import { type EngineInfo, judgeEngine } from "./engine.ts";
import { checkImage, type ImageUse } from "./image.ts";

/** Milliseconds for an engine to say that it is there. */
const patience = 4_000;

/** The engine and the images of the agents that run in containers. */
export async function checkDocker(patient: Patient): Promise<readonly Check[]> {
  const { env, timeLeft } = patient;
  const timeout = Math.min(patience, timeLeft());
  const { exitCode, stdout, stderr } = await askDocker(["info", "--format", "{{json .}}"], {
    timeout,
    env,
  });
  if (exitCode === undefined || exitCode !== 0) return [noEngine(stderr)];
  const info: EngineInfo = JSON.parse(stdout);
  // A client without an engine tells of itself, and ends well.
  const [said] = info.ServerErrors ?? [];
  if (said !== undefined) return [noEngine(said)];
  const images = await Promise.all(
    usesOf(patient.config?.agents ?? []).map((use) => checkImage(use, patient)),
  );
  return [...judgeEngine(info), ...images.flat()];
}

function noEngine(said: string): Check {
  const error = toEngineError(said);
  return {
    name: "docker",
    status: "problem",
    message: error?.message ?? `the Docker engine cannot be used: ${said.trim()}`,
  };
}

/** What agents ask of their images, once for each image that is used in the same way. */
function usesOf(agents: readonly ResolvedAgent[]): readonly ImageUse[] {
  const uses = new Map<string, ImageUse & { readonly agents: string[] }>();
  for (const { docker, qualifiedName } of agents) {
    if (!docker?.enabled) continue;
    const { image = defaultImage, volumes, egress } = docker;
    const key = JSON.stringify([image, volumes, egress !== undefined]);
    const use = uses.get(key) ?? { image, volumes, needsSocat: egress !== undefined, agents: [] };
    use.agents.push(qualifiedName);
    uses.set(key, use);
  }
  if (uses.size > 0) return [...uses.values()];
  return [{ image: defaultImage, volumes: [], needsSocat: false, agents: [] }];
}
