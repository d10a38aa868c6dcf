import type { ResolvedAgent, ResolvedAgentConfig } from "../config/resolved.ts";
import type { OutputLine } from "../state/output-line.ts";
import type { Outcome } from "./outcome.ts";
import type { QueryFunction } from "./runtime/sdk-runtime.ts";

/** One run of an agent. */
export interface RunnerOptions {
  readonly agent: ResolvedAgentConfig;
  readonly prompt: string;
  /** New and unique; `createJobId(Date.now())` makes one. */
  readonly jobId: string;
  /** Folder of the durable state, such as `.herdctl`. */
  readonly stateDir: string;
  /** Session to continue. */
  readonly resume?: string;
  /** Branch off from `resume` and leave it as it is. */
  readonly fork?: boolean;
  /** Ends the run; a text as its reason becomes the job's cause. */
  readonly signal?: AbortSignal;
  /** Told of every line of output once it has its place. */
  readonly onOutput?: (line: OutputLine) => void;
}

/** How a run went. */
export interface RunnerResult {
  readonly success: boolean;
  /** Session that a later run can continue. */
  readonly sessionId: string;
  readonly error?: Error;
  /** The final answer. */
  readonly summary?: string;
  readonly jobId: string;
  /** Everything that is known of the end: reason, turns, cost, denials. */
  readonly outcome: Outcome;
}

/** What the runs of one runner have in common. */
export interface AgentRunnerOptions {
  /** Agents whose sessions `resume` and `fork` may continue, beside those that this runner ran. */
  readonly agents?: readonly ResolvedAgent[];
  /** `claude` binary (default: the one on PATH when new enough, else the Agent SDK's own). */
  readonly claudePath?: string;
  /** Environment of the agents (default `process.env`). */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Values to mask in output and results. */
  readonly secrets?: readonly string[];
  /** Replaces the Agent SDK's `query()`. */
  readonly query?: QueryFunction;
}
