import { randomUUID } from "node:crypto";
import { askDocker } from "../../../processes/ask-docker.ts";
import { endContainer } from "../../../processes/end-container.ts";
import { agentLabel, jobLabel, stateLabel, warmLabel } from "./labels.ts";
import { warmName } from "./warm-container.ts";

/** Milliseconds for an engine that is busy. */
const timeout = 10_000;

/** A container of ours, by what it says of itself. */
export type OwnContainer = JobContainer | KeptContainer;

/** One that is for a job, or for a check or gate. */
export interface JobContainer {
  readonly kind: "ofJob";
  readonly name: string;
  /** Id of the job, or the mark of what is not a job's. */
  readonly jobId: string;
}

/** One that was made to be kept. */
export interface KeptContainer {
  readonly kind: "warm";
  readonly id: string;
  readonly name: string;
  readonly agentName: string;
  readonly slot: number;
  /** Whoever looks for the container of that slot finds it. */
  readonly isCurrent: boolean;
}

export interface ReapOptions {
  /** Only containers with the label of this state directory are looked at. */
  readonly stateDir: string;
  /** Tells whether somebody has a use for this container now. */
  readonly isWanted: (container: OwnContainer) => boolean;
}

/**
 * Ends containers of this state directory that nobody has a use for. Resolves with their names; rejects
 * when the engine does not answer.
 */
export async function reapContainers(options: ReapOptions): Promise<readonly string[]> {
  const own = await listContainers(options.stateDir);
  const left = own.filter((container) => !options.isWanted(container));
  const ended = await Promise.all(
    left.map(async (container) => {
      if (container.kind === "warm" && container.isCurrent) return retire(container, options);
      await endContainer(container.name, { mayBegin: false });
      return true;
    }),
  );
  return left.filter((_container, index) => ended[index]).map(({ name }) => name);
}

async function listContainers(stateDir: string): Promise<readonly OwnContainer[]> {
  const filter = `label=${stateLabel}=${stateDir}`;
  const labels = [agentLabel, warmLabel, jobLabel].map((label) => `{{.Label "${label}"}}`);
  const format = ["{{.ID}}", "{{.Names}}", ...labels].join(" ");
  const args = ["ps", "--all", "--no-trunc", "--filter", filter, "--format", format];
  const { exitCode, stdout, stderr } = await askDocker(args, { timeout });
  if (exitCode !== 0) throw new Error(stderr.trim());
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => toOwn(stateDir, line.split(" ")));
}

function toOwn(stateDir: string, fields: readonly string[]): OwnContainer {
  const [id = "", name = "", agentName = "", warm = "", jobId = ""] = fields;
  if (warm === "") return { kind: "ofJob", name, jobId };
  const slot = Number(warm);
  const isCurrent = name === warmName({ stateDir, agentName, slot });
  return { kind: "warm", id, name, agentName, slot, isCurrent };
}

/**
 * Ends a container that somebody may begin to use in this moment: without its name it is not found any
 * more, and who has found it before is on record by then. Tells whether it was ended.
 */
async function retire(container: KeptContainer, { isWanted }: ReapOptions): Promise<boolean> {
  const { name } = container;
  const retired = `herdctl-retired-${randomUUID()}`;
  // Else somebody else has ended it.
  if (!(await isRenamed(name, retired))) return false;
  // That fails where there is a new one of that name: then nobody uses this one.
  if (isWanted(container) && (await isRenamed(retired, name))) return false;
  await endContainer(retired, { mayBegin: false });
  return true;
}

async function isRenamed(from: string, to: string): Promise<boolean> {
  const { exitCode } = await askDocker(["rename", from, to], { timeout });
  return exitCode === 0;
}
