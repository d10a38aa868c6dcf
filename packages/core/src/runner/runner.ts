import type { ResolvedAgent } from "../config/resolved.ts";
import { createJobId } from "../ids.ts";
import { StateManager } from "../state/manager.ts";
import { RunnerError } from "./errors.ts";
import { runRecordedJob } from "./recorded-job.ts";
import type { SessionRequest } from "./runtime/interface.ts";
import type { AgentRunnerOptions, RunnerOptions, RunnerResult } from "./types.ts";

/**
 * Runs single agents without a fleet: no schedules, no limits, no queue; each run is a recorded job.
 *
 * @example
 * ```ts
 * const runner = new AgentRunner(".herdctl");
 * const first = await runner.run({ agent, prompt: "Look around.", jobId: createJobId(Date.now()) });
 * const second = await runner.resume(first.sessionId, "Now fix what you found.");
 * ```
 */
export class AgentRunner {
  readonly #stateDir: string;
  readonly #options: AgentRunnerOptions;
  readonly #agents: Map<string, ResolvedAgent>;

  constructor(stateDir: string, options: AgentRunnerOptions = {}) {
    this.#stateDir = stateDir;
    this.#options = options;
    this.#agents = new Map(options.agents?.map((agent) => [agent.qualifiedName, agent]));
  }

  /**
   * Runs an agent to its end. A run that fails is a result, not a rejection.
   *
   * @throws {@link RunnerError} `RUNNER_ERROR` for `fork` without `resume`, and for an agent with
   * `approvals`; errors of the state directory (`STATE_DIR`, `INVALID_REQUEST` for a job id that is taken).
   */
  async run(options: Omit<RunnerOptions, "stateDir">): Promise<RunnerResult> {
    const session = sessionOf(options);
    checkUnattended(options);
    this.#agents.set(options.agent.qualifiedName, options.agent);
    const state = await StateManager.open({ stateDir: this.#stateDir });
    try {
      return await runRecordedJob({ state, session, ...this.#options, ...options });
    } finally {
      await state.close();
    }
  }

  /**
   * Continues exactly this session with another prompt.
   *
   * @throws {@link RunnerError} when the session or its agent is not known.
   */
  async resume(sessionId: string, prompt: string): Promise<RunnerResult> {
    return this.#goOn(sessionId, prompt, false);
  }

  /**
   * Branches off from this session with another prompt; the session itself stays as it is.
   *
   * @throws {@link RunnerError} when the session or its agent is not known.
   */
  async fork(sessionId: string, prompt: string): Promise<RunnerResult> {
    return this.#goOn(sessionId, prompt, true);
  }

  async #goOn(sessionId: string, prompt: string, fork: boolean): Promise<RunnerResult> {
    const jobId = createJobId(Date.now());
    const agent = await this.#agentOf(sessionId, jobId);
    return this.run({ agent, prompt, jobId, resume: sessionId, fork });
  }

  async #agentOf(sessionId: string, jobId: string): Promise<ResolvedAgent> {
    const state = await StateManager.open({ stateDir: this.#stateDir });
    try {
      const session = state.store.sessions.get(sessionId);
      if (!session)
        throw new RunnerError(`There is no session ${sessionId} in ${this.#stateDir}.`, jobId);
      const agent = this.#agents.get(session.agentName);
      if (agent) return agent;
      throw new RunnerError(
        `Session ${sessionId} belongs to agent "${session.agentName}". Give that agent to the runner: new AgentRunner(stateDir, { agents }).`,
        jobId,
      );
    } finally {
      await state.close();
    }
  }
}

/** Runs one agent once; see {@link AgentRunner} for several runs. */
export async function runAgent(options: RunnerOptions): Promise<RunnerResult> {
  const { stateDir, ...run } = options;
  return new AgentRunner(stateDir).run(run);
}

// Its calls would happen without anybody having been asked.
function checkUnattended({ agent, jobId }: Omit<RunnerOptions, "stateDir">): void {
  if (!agent.approvals) return;
  throw new RunnerError(
    `Agent "${agent.qualifiedName}" has \`approvals\`. Run it with a FleetManager, which asks people.`,
    jobId,
  );
}

function sessionOf(options: Omit<RunnerOptions, "stateDir">): SessionRequest {
  const { resume, fork = false, jobId } = options;
  if (resume !== undefined && !fork) return { mode: "resume", id: resume };
  const id = crypto.randomUUID();
  if (resume !== undefined) return { mode: "fork", id, from: resume };
  if (fork) throw new RunnerError("`fork` needs `resume`, the session to branch off from.", jobId);
  return { mode: "new", id };
}
