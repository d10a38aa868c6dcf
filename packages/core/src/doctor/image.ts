import { randomUUID } from "node:crypto";
import { realpath } from "node:fs/promises";
import { herdctlVersion } from "../version.ts";
import { bundledClaude, compareVersions } from "../runner/claude-binary.ts";
import { askDocker, type DockerAnswer } from "../processes/ask-docker.ts";
import { toContainerError } from "../runner/runtime/container/container-errors.ts";
import { hostPlaces, hostUser } from "../runner/runtime/container/host-facts.ts";
import { toMountFlag } from "../runner/runtime/container/mount.ts";
import { type HostPlaces, refuseMount } from "../runner/runtime/container/mount-rules.ts";
import { howToGet, howToRenew } from "../runner/runtime/image/default-image.ts";
import { describeStamp } from "../runner/runtime/image/image-stamp.ts";
import { inspectImage } from "../runner/runtime/image/inspect-image.ts";
import { type Check, nameSome, type Patient } from "./check.ts";

/** What agents want of an image. */
export interface ImageUse {
  readonly image: string;
  /** `host:container[:ro|rw]`: an image may get its programs from there. */
  readonly volumes: readonly string[];
  /** Its way out is through a socket. */
  readonly needsSocat: boolean;
  readonly agents: readonly string[];
}

const name = "image";

/** Whether an image is there and of this version, and has what agents need. */
export async function checkImage(use: ImageUse, patient: Patient): Promise<readonly Check[]> {
  const { image, agents } = use;
  const facts = await inspectImage(image, { timeout: patient.timeLeft() });
  const users = agents.length > 0 ? ` (for ${nameSome(agents)})` : "";
  if (!facts) {
    const status = agents.length > 0 ? "problem" : "warning";
    return [{ name, status, message: `there is no ${image}${users}`, remedy: howToGet(image) }];
  }
  const stale = describeStamp({ image, ...facts, ours: herdctlVersion() });
  const { version: wanted = "0.0.0" } = await bundledClaude();
  const contents = judgeContents(use, { answer: await lookInside(use, patient), wanted });
  return [
    ...(stale === undefined ? [] : [{ name, status: "warning", message: stale } as const]),
    contents,
  ];
}

const programs = ["bash", "git", "curl", "socat"];
const script = `claude --version; for name in ${programs.join(" ")}; do command -v $name >/dev/null || echo "no $name"; done`;

/** Milliseconds to remove a container whose time is over. */
const removalMs = 1_000;

/** Runs the image once, without a network, and removes what it ran in. */
async function lookInside(
  { image, volumes }: ImageUse,
  { stateDir, env, timeLeft }: Patient,
): Promise<DockerAnswer> {
  const container = `herdctl-doctor-${randomUUID()}`;
  const host = await hostPlaces({ env, stateDir });
  const mounts = await Promise.all(volumes.map((volume) => mountFlags(volume, host)));
  const args = [
    "run",
    "--rm",
    "--pull=never",
    "--network=none",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    `--user=${hostUser()}`,
    "--env=HOME=/tmp",
    `--name=${container}`,
    // Not that of the fleet, whose daemon would take it for one that was left behind.
    "--label=herdctl.doctor=1",
    ...mounts.flat(),
    image,
    "sh",
    "-c",
    script,
  ];
  const answer = await askDocker(args, { timeout: Math.max(1, timeLeft() - 2 * removalMs) });
  if (answer.exitCode === undefined) {
    // Its client is gone, and it may not be.
    await askDocker(["rm", "--force", container], { timeout: removalMs });
  }
  return answer;
}

/** What a job could mount, for reading. A volume of the engine would be made where it is missing. */
async function mountFlags(volume: string, host: HostPlaces): Promise<readonly string[]> {
  const [written = "", target = ""] = volume.split(":");
  const source = written.startsWith("/") ? await realpath(written).catch(() => "") : "";
  if (source === "" || refuseMount({ source, readOnly: true }, host) !== undefined) return [];
  return [toMountFlag({ type: "bind", source, target, readOnly: true })];
}

/** Says what is in an image, by what a container of it has said. */
export function judgeContents(
  { image, needsSocat }: Pick<ImageUse, "image" | "needsSocat">,
  { answer, wanted }: { readonly answer: DockerAnswer; readonly wanted: string },
): Check {
  const { exitCode, stdout, stderr } = answer;
  if (exitCode === undefined) {
    return { name, status: "warning", message: `${image}: ${stderr.trim()}` };
  }
  const error = toContainerError({ exitCode, stderr, image });
  if (error) return { name, status: "problem", message: error.message };
  if (exitCode !== 0) {
    const message = `${image}: what was run in it ended with code ${exitCode}. ${stderr.trim()}`;
    return { name, status: "warning", message: message.trim() };
  }
  const missing = programs.filter((program) => stdout.includes(`no ${program}\n`));
  const version = /\d+\.\d+\.\d+/.exec(stdout)?.[0];
  const lacks = [
    ...(version === undefined ? ["claude"] : []),
    ...missing.filter((program) => program !== "socat" || needsSocat),
  ];
  if (lacks.length > 0) {
    const message = `${image} has no ${lacks.join(", ")}`;
    const remedy = `Install it there, as the image of \`herdctl docker build\` has it.`;
    return { name, status: "problem", message, remedy };
  }
  const message = `${image} with claude ${version}`;
  if (compareVersions(version ?? "", wanted) >= 0) return { name, status: "ok", message };
  const older = `${message}: older than ${wanted}, which this herdctl was made for`;
  return { name, status: "warning", message: older, remedy: howToRenew(image) };
}
