import type { ResolvedAgent } from "../config/resolved.ts";
import { askDocker } from "../runner/runtime/container/ask-docker.ts";
import { toEngineError } from "../runner/runtime/container/container-errors.ts";
import { defaultImage } from "../runner/runtime/image/default-image.ts";
import type { Check, Patient } from "./check.ts";
import { checkEngineDisk } from "./disk.ts";
import { type EngineInfo, judgeEngine } from "./engine.ts";
import { containerOf } from "./container-of.ts";
import { checkImage, type ImageUse } from "./image.ts";

/** Milliseconds for an engine to say that it is there. */
const patience = 4_000;

/** The engine and the images of the agents that run in containers. */
export async function checkDocker(patient: Patient): Promise<readonly Check[]> {
  const agents = patient.config?.agents ?? [];
  const timeout = Math.min(patience, patient.timeLeft());
  const question = ["info", "--format", "{{json .}}"];
  const { exitCode, stdout, stderr } = await askDocker(question, { timeout });
  if (exitCode === undefined || exitCode !== 0) return [noEngine(stderr)];
  const info: EngineInfo = JSON.parse(stdout);
  // A client without an engine tells of itself, and ends well.
  const [said] = info.ServerErrors ?? [];
  if (said !== undefined) return [noEngine(said)];
  const images = await Promise.all(usesOf(agents).map((use) => checkImage(use, patient)));
  const refused = agents.flatMap((agent) => containerOf(agent, patient.env).refusal ?? []);
  const disk = await checkEngineDisk(info.DockerRootDir ?? "");
  return [...judgeEngine(info), ...disk, ...refused.map(toProblem), ...images.flat()];
}

function noEngine(said: string): Check {
  const error = toEngineError(said);
  return toProblem(error?.message ?? `the Docker engine cannot be used: ${said.trim()}`);
}

function toProblem(message: string): Check {
  return { name: "docker", status: "problem", message };
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
