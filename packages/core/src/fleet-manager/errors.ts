import { FleetManagerError, withSuggestions } from "../errors.ts";
import type { SessionObstacle } from "../sessions/policy.ts";
import type { FleetState } from "./types.ts";

/** The agent is not in the fleet. */
export class AgentNotFoundError extends FleetManagerError {
  declare readonly code: "AGENT_NOT_FOUND";
  readonly agentName: string;

  constructor(agentName: string, existing: readonly string[]) {
    super(withSuggestions(`There is no agent "${agentName}".`, agentName, existing), {
      code: "AGENT_NOT_FOUND",
      context: { agentName },
    });
    this.agentName = agentName;
  }
}

/** No job has this id, or more than one starts with this prefix. */
export class JobNotFoundError extends FleetManagerError {
  declare readonly code: "JOB_NOT_FOUND";
  readonly jobId: string;

  constructor(jobId: string, candidates: readonly string[] = []) {
    const message =
      candidates.length > 1
        ? `More than one job starts with "${jobId}": ${candidates.join(", ")} … Give more of the id.`
        : `There is no job "${jobId}". \`herdctl jobs\` lists the jobs that are kept; "latest" names the newest.`;
    super(message, { code: "JOB_NOT_FOUND", context: { jobId } });
    this.jobId = jobId;
  }
}

/** No request to a person has this id, or more than one starts with this prefix. */
export class ApprovalNotFoundError extends FleetManagerError {
  declare readonly code: "APPROVAL_NOT_FOUND";
  readonly approvalId: string;

  constructor(approvalId: string, candidates: readonly string[] = []) {
    const message =
      candidates.length > 1
        ? `More than one request starts with "${approvalId}": ${candidates.join(", ")} … Give more of the id.`
        : `There is no request "${approvalId}". \`herdctl approvals --all\` lists those that are kept.`;
    super(message, { code: "APPROVAL_NOT_FOUND", context: { approvalId } });
    this.approvalId = approvalId;
  }
}

/** The agent has no such schedule. */
export class ScheduleNotFoundError extends FleetManagerError {
  declare readonly code: "SCHEDULE_NOT_FOUND";
  readonly agentName: string;
  readonly scheduleName: string;

  constructor(agentName: string, scheduleName: string, existing: readonly string[]) {
    const sentence = `Agent "${agentName}" has no schedule "${scheduleName}".`;
    super(withSuggestions(sentence, scheduleName, existing), {
      code: "SCHEDULE_NOT_FOUND",
      context: { agentName, scheduleName },
    });
    this.agentName = agentName;
    this.scheduleName = scheduleName;
  }
}

/** The operation is not possible in this state of the fleet or job. */
export class InvalidStateError extends FleetManagerError {
  declare readonly code: "INVALID_STATE";
  readonly currentState: string;
  readonly expectedState: string;
  readonly operation: string;

  constructor(operation: string, currentState: FleetState | (string & {}), expectedState: string) {
    super(`Cannot ${operation}: the state is "${currentState}", it must be ${expectedState}.`, {
      code: "INVALID_STATE",
      context: { operation, currentState, expectedState },
    });
    this.operation = operation;
    this.currentState = currentState;
    this.expectedState = expectedState;
  }
}

/** The agent is at its limit and the trigger asked not to queue. */
export class ConcurrencyLimitError extends FleetManagerError {
  declare readonly code: "CONCURRENCY_LIMIT";
  readonly agentName: string;
  readonly currentJobs: number;
  readonly limit: number;

  constructor(agentName: string, currentJobs: number, limit: number) {
    super(
      `Agent "${agentName}" runs at most ${limit} at once and has ${currentJobs}, queued ones included. ` +
        "Wait, raise its `concurrency`, or let the job queue.",
      { code: "CONCURRENCY_LIMIT", context: { agentName, currentJobs, limit } },
    );
    this.agentName = agentName;
    this.currentJobs = currentJobs;
    this.limit = limit;
  }
}

/** No session has this id, or more than one starts with this prefix. */
export class SessionNotFoundError extends FleetManagerError {
  declare readonly code: "SESSION_NOT_FOUND";
  readonly sessionId: string;

  constructor(sessionId: string, candidates: readonly string[] = []) {
    const message =
      candidates.length > 1
        ? `More than one session starts with "${sessionId}": ${candidates.join(", ")}. Give more of the id.`
        : `There is no session "${sessionId}". \`herdctl sessions\` lists the sessions that there are.`;
    super(message, { code: "SESSION_NOT_FOUND", context: { sessionId } });
    this.sessionId = sessionId;
  }
}

/** There was such a session, but this agent cannot continue it. */
export class SessionNotResumableError extends FleetManagerError {
  declare readonly code: "SESSION_NOT_RESUMABLE";
  readonly sessionId: string;
  readonly reason: SessionObstacle;

  constructor(
    sessionId: string,
    { reason, message }: { readonly reason: SessionObstacle; readonly message: string },
  ) {
    super(`Session ${sessionId} cannot be continued: it ${message}.`, {
      code: "SESSION_NOT_RESUMABLE",
      context: { sessionId, reason },
    });
    this.sessionId = sessionId;
    this.reason = reason;
  }
}
