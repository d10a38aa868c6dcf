import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { z } from "zod";
import { FleetManagerError } from "../../../errors.ts";
import { parseJson } from "../../../parse-json.ts";
import { askDocker } from "../../../processes/ask-docker.ts";
import { endContainer } from "../../../processes/end-container.ts";
import { toContainerError } from "./container-errors.ts";
import { settledLabel } from "./labels.ts";
import type { Mount } from "./mount.ts";
import { type ContainerToKeep, keepFlags } from "./run-flags.ts";
import type { SlotOfJob } from "./slot-folder.ts";
import { toHostPath } from "./workspace-path.ts";

/** The container that an agent keeps for the jobs of one slot. */
export interface WarmContainer extends Omit<ContainerToKeep, "name"> {
  /** Host path of what is mounted as the workspace. */
  readonly workingDirectory: string;
  /** Aborted when the job is not to start any more. */
  readonly signal: AbortSignal;
}

/** The only name that the container of a slot ever has. */
export function warmName({
  stateDir,
  agentName,
  slot,
}: Pick<SlotOfJob, "stateDir" | "agentName" | "slot">): string {
  const fleet = createHash("sha256").update(stateDir).digest("hex").slice(0, 12);
  return `herdctl-warm-${fleet}-${agentName}-${slot}`;
}

/** A container that nobody has removed is there at the first look; one that is being removed, later. */
const tries = 3;

/**
 * Resolves with the id of a slot's container: the one there is, where it is just as it would be made now,
 * else a new one.
 *
 * @throws {FleetManagerError} `CONTAINER_ENGINE`, `CONTAINER_ERROR` when none could be had.
 */
export async function openWarmContainer(wanted: WarmContainer): Promise<string> {
  const container = { ...wanted, name: warmName(wanted) };
  for (let count = 1; ; count++) {
    wanted.signal.throwIfAborted();
    const { found, imageId } = await look(container.name, wanted.config.image);
    const settled = await hashOf(container, imageId);
    if (found?.isRunning && found.settled === settled) return found.id;
    // By id: the name may be that of another one by now.
    if (found) await endContainer(found.id, { mayBegin: false });
    const made = await make(container, settled);
    if ("id" in made) return made.id;
    if (!isTaken.test(made.stderr) || count === tries) throw toError(made, wanted);
  }
}

const isTaken = /is already in use by container/;

/** Milliseconds for an engine that is busy. */
const lookMs = 15_000;
const makeMs = 60_000;

const inspected = z.array(
  z.looseObject({
    Id: z.string(),
    State: z.object({ Running: z.boolean(), Paused: z.boolean() }).optional(),
    Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
  }),
);

/** What there is of the name, and which image would be taken. */
async function look(name: string, image: string) {
  // Of two things of which one is missing, the other one is told.
  const { stdout } = await askDocker(["inspect", name, image], { timeout: lookMs });
  const things = inspected.safeParse(parseJson(stdout)).data ?? [];
  const container = things.find(({ State }) => State !== undefined);
  return {
    imageId: things.find(({ State }) => State === undefined)?.Id,
    found: container && {
      id: container.Id,
      isRunning: container.State?.Running === true && !container.State.Paused,
      settled: container.Config?.Labels?.[settledLabel],
    },
  };
}

/** Everything that is settled when a container is made. */
async function hashOf(
  container: WarmContainer & { readonly name: string },
  imageId: string | undefined,
): Promise<string> {
  const { mounts } = container;
  const places = await Promise.all(mounts.map((mount) => placesOf(mount, container)));
  const all = JSON.stringify([keepFlags(container), imageId, places]);
  return createHash("sha256").update(all).digest("hex").slice(0, 32);
}

/**
 * The very files that a mount is of and lies upon: who replaces one on the host, as editors do, leaves a
 * container with the old one, or takes the mount off the new one.
 */
async function placesOf(
  { type, source, target }: Mount,
  { workingDirectory }: WarmContainer,
): Promise<readonly string[]> {
  const place = { workingDirectory, docker: { enabled: true } };
  const covered = toHostPath(place, target);
  const paths = [
    ...(type === "bind" && source !== undefined ? [source] : []),
    ...(covered === target ? [] : [covered]),
  ];
  return Promise.all(
    paths.map(async (path) => {
      const facts = await stat(path).catch(() => undefined);
      return facts ? `${facts.dev}:${facts.ino}` : "";
    }),
  );
}

interface Failure {
  readonly stderr: string;
}

async function make(
  container: ContainerToKeep,
  settled: string,
): Promise<{ readonly id: string } | Failure> {
  const args = ["run", `--label=${settledLabel}=${settled}`, ...keepFlags(container)];
  const { exitCode, stdout, stderr } = await askDocker(args, { timeout: makeMs });
  return exitCode === 0 ? { id: stdout.trim() } : { stderr };
}

function toError({ stderr }: Failure, { config: { image } }: WarmContainer): FleetManagerError {
  return (
    // Whatever the client ended with, what it says is not claude's.
    toContainerError({ exitCode: 125, stderr, image }) ??
    new FleetManagerError(`Docker cannot make the container: ${stderr.trim()}`, {
      code: "CONTAINER_ERROR",
    })
  );
}
