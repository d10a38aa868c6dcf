import type { ResolvedAgent } from "../config/resolved.ts";
import { askDocker } from "../processes/ask-docker.ts";
import { toEngineError } from "../runner/runtime/container/container-errors.ts";
import { defaultImage } from "../runner/runtime/image/default-image.ts";
import type { Check, Patient } from "./check.ts";
import { checkEngineDisk } from "./disk.ts";
import { type EngineInfo, judgeEngine, sayContext } from "./engine.ts";
import { checkContext } from "./engine-context.ts";
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
  // A client without an engine tells of itself, and some end well then.
  const info: EngineInfo = stdout.startsWith("{") ? JSON.parse(stdout) : {};
  const said = exitCode === 0 ? info.ServerErrors?.[0] : stderr;
  if (said !== undefined) return [noEngine(said, sayContext(info))];
  const images = await Promise.all(usesOf(agents).map((use) => checkImage(use, patient)));
  const refused = agents.flatMap((agent) => containerOf(agent, patient.env).refusal ?? []);
  const disk = await checkEngineDisk(info.DockerRootDir ?? "");
  const elsewhere = await checkContext(info, patient.timeLeft());
  return [...judgeEngine(info), ...elsewhere, ...disk, ...refused.map(toProblem), ...images.flat()];
}

function noEngine(said: string, context: string): Check {
  const error = toEngineError(said);
  const message = error?.message ?? `the Docker engine cannot be used: ${said.trim()}`;
  return toProblem(`${message}${context}`);
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
