import type { Clock } from "../clock.ts";
import type { ResolvedAgent, ResolvedConfig } from "../config/resolved.ts";
import type { Redactor } from "../redact.ts";
import type { JobRecord } from "../state/job-record.ts";
import type { StateManager } from "../state/manager.ts";
import type { StateStore } from "../state/store.ts";
import type { Emit } from "./emit-safely.ts";
import { AgentNotFoundError } from "./errors.ts";
import type { FleetLog } from "./logs/fleet-log.ts";
import type { LiveConversation } from "./conversations/live-conversation.ts";
import type { LaunchPacer } from "./launch-pacer.ts";
import type { StoreWatch } from "./store-watch.ts";
import type { FleetManagerOptions, FleetState } from "./types.ts";

/** What the parts of a fleet manager share. */
export interface Fleet {
  readonly options: FleetManagerOptions;
  readonly clock: Clock;
  readonly log: FleetLog;
  readonly emit: Emit;
  /** Name of this process as an owner of jobs. */
  readonly node: string;
  /** What this process was given. */
  readonly ownEnv: Readonly<Record<string, string | undefined>>;
  /** The same, and what `.env` has for Claude. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The configuration of now; a running job keeps the one it started with. */
  readonly config: ResolvedConfig;
  /** Counts the configurations up to that of now. */
  readonly configVersion: number;
  readonly redactor: Redactor;
  /** Has these values masked wherever they occur, from now on. */
  readonly conceal: (values: Iterable<string>) => void;
  /** Takes a new configuration; what was secret stays so. */
  readonly replaceConfig: (config: ResolvedConfig) => void;
  readonly state: StateManager;
  readonly store: StateStore;
  readonly watch: StoreWatch;
  /** Jobs that this process runs. */
  readonly running: ReadonlyMap<string, RunningJob>;
  /** Takes up a stored job: runs it when the limits allow, or wakes it when its time has come. */
  readonly accept: (job: JobRecord) => void;
  /** Jobs of this process that hold their place while they wait for another job. */
  readonly blocked: Set<string>;
  readonly pacer: LaunchPacer;
  /** Conversations with a job in this process, by the job's id. */
  readonly conversations: Map<string, LiveConversation>;
  /** Ends of jobs that could not be stored, although it was tried for long, by the job's id. */
  readonly unstored: Map<string, () => Promise<unknown>>;
  /** The span of a running job, where somebody traces them. */
  readonly traceparent: (jobId: string) => string | undefined;
  readonly lifecycle: () => FleetState;
}

/** A job between admission and its end, in the process that runs it. */
export interface RunningJob {
  readonly record: JobRecord;
  /** Aborted with the cause as its reason. */
  readonly cancel: AbortController;
  /** Aborted when this process goes and a claude that can do without it stays. */
  readonly leave: AbortController;
  readonly ended: Promise<void>;
}

/** Finds an agent by qualified name, or by its bare name where that is unique. */
export function findAgent(config: ResolvedConfig, name: string): ResolvedAgent {
  const exact = config.agents.find((agent) => agent.qualifiedName === name);
  if (exact) return exact;
  const bare = config.agents.filter((agent) => agent.name === name);
  const [only] = bare;
  if (only && bare.length === 1) return only;
  throw new AgentNotFoundError(
    name,
    (bare.length > 0 ? bare : config.agents).map((agent) => agent.qualifiedName),
  );
}

/** How many jobs may run at once over all agents; absent: no limit. */
export function fleetLimitOf({
  options,
  config,
}: Pick<Fleet, "options" | "config">): number | undefined {
  return options.concurrency?.fleetWide ?? config.fleet.concurrency.fleetWide;
}

/**
 * How many jobs of an agent may run at once: the agent, else the constructor, else the fleet file, else
 * 1; in containers, no more than there may be of them.
 */
export function limitOf(fleet: Pick<Fleet, "options" | "config">, agent: ResolvedAgent): number {
  const jobs =
    agent.concurrency ??
    fleet.options.concurrency?.perAgent ??
    fleet.config.fleet.concurrency.perAgent ??
    1;
  return agent.docker?.enabled ? Math.min(jobs, agent.docker.maxContainers) : jobs;
}
