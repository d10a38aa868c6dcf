import { existsSync } from "node:fs";
import { messageOf } from "../errors.ts";
import {
  type JobContainer,
  type KeptContainer,
  type OwnContainer,
  reapContainers,
} from "../runner/runtime/container/reap-containers.ts";
import { warmFolder } from "../runner/runtime/container/slot-folder.ts";
import { isFinal, type JobRecord } from "../state/job-record.ts";
import type { Fleet } from "./fleet.ts";

type FleetPart = Pick<Fleet, "config" | "log" | "state" | "store">;

/**
 * Ends containers of this fleet that no job stands for any more, such as one that the engine had not
 * made yet when its daemon was killed. Jobs that run keep theirs, whoever runs them, and idle ones stay
 * that an agent keeps.
 */
export async function endLeftContainers(fleet: FleetPart): Promise<void> {
  const { config, log, state, store } = fleet;
  const isContained = config.agents.some(({ docker }) => docker?.enabled);
  if (!isContained && !existsSync(warmFolder(state.stateDir))) return;
  const ended = await reap(fleet, (container) =>
    container.kind === "warm"
      ? isInUse(store, container) || isKept(config, container)
      : isOfRunningJob(store, container),
  );
  if (ended.length > 0) log.warn(`ended containers that were left behind: ${ended.join(", ")}`);
}

/** Ends warm containers of this fleet in which nothing runs: all, or those that no agent keeps any more. */
export async function endIdleContainers(
  fleet: FleetPart,
  which: "all" | "unwanted",
): Promise<void> {
  const { config, log, state, store } = fleet;
  if (!existsSync(warmFolder(state.stateDir))) return;
  const ended = await reap(
    fleet,
    (container) =>
      container.kind === "ofJob" ||
      isInUse(store, container) ||
      (which === "unwanted" && isKept(config, container)),
  );
  if (ended.length > 0) log.info(`ended idle containers: ${ended.join(", ")}`);
}

/** Tells whether an agent keeps a container in this slot. */
export function isKept(
  { agents }: Pick<Fleet["config"], "agents">,
  { agentName, slot }: Pick<KeptContainer, "agentName" | "slot">,
): boolean {
  const docker = agents.find((agent) => agent.qualifiedName === agentName)?.docker;
  return docker?.enabled === true && !docker.ephemeral && slot <= docker.maxContainers;
}

async function reap(
  { log, state }: FleetPart,
  isWanted: (container: OwnContainer) => boolean,
): Promise<readonly string[]> {
  try {
    return await reapContainers({ stateDir: state.stateDir, isWanted });
  } catch (error) {
    log.warn(`cannot look for containers that were left behind: ${messageOf(error)}`);
    return [];
  }
}

function isOfRunningJob(store: Fleet["store"], { name, jobId }: JobContainer): boolean {
  const job = store.jobs.get(jobId);
  return job !== undefined && !isFinal(job.status) && standsFor(job, name);
}

/** Its job may be about to start something in it. */
function isInUse(store: Fleet["store"], container: KeptContainer): boolean {
  const { id, agentName, slot, isCurrent } = container;
  return store.jobs
    .list({ status: "running" })
    .jobs.some(
      (job) =>
        standsFor(job, id) || (isCurrent && job.agentName === agentName && job.slot === slot),
    );
}

function standsFor({ process, launch }: JobRecord, container: string): boolean {
  return [process, launch?.process].some((item) => item?.container === container);
}
