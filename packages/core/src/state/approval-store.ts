import type { JobRecord } from "./job-record.ts";

/** Where a request to a person stands. Only `pending` ones can be answered. */
export type ApprovalStatus =
  | "pending"
  | "allowed"
  | "denied"
  | "answered"
  | "expired"
  | "withdrawn";

/** A tool call of a job that waits for a person, or did. Times are ISO-8601 UTC. */
export interface ApprovalRecord {
  readonly id: string;
  readonly jobId: string;
  /** Qualified agent name. */
  readonly agentName: string;
  /** `question`: the call asks a person something, and its result is the answer. */
  readonly kind: "approval" | "question";
  readonly status: ApprovalStatus;
  /** Claude's id of the call. */
  readonly toolUseId: string;
  readonly toolName: string;
  /** The whole input of the call. */
  readonly input: unknown;
  readonly question?: string;
  /** Answers to choose from; others are welcome. */
  readonly options?: readonly string[];
  readonly createdAt: string;
  /** Nobody is waited for after this time. */
  readonly expiresAt: string;
  /** Verdict of an approval that expires. */
  readonly default?: "allow" | "deny";
  readonly answer?: string;
  /** Why it was allowed or denied, as Claude is told. */
  readonly reason?: string;
  /** Who answered, as far as the client says. */
  readonly answeredBy?: string;
  readonly answeredAt?: string;
}

/** What a request is made of. */
export type NewApproval = Omit<
  ApprovalRecord,
  "status" | "answer" | "reason" | "answeredBy" | "answeredAt"
>;

/** A person's answer to a pending request. */
export interface ApprovalAnswer {
  readonly status: "allowed" | "denied" | "answered";
  readonly answer?: string;
  readonly reason?: string;
  readonly answeredBy?: string;
}

/** Selects requests. */
export interface ApprovalFilter {
  readonly status?: ApprovalStatus;
  readonly agentName?: string;
  readonly jobId?: string;
  /** At most this many, the latest. */
  readonly limit?: number;
}

/**
 * Tool calls that wait for a person. A job that waits for one is woken in the same transaction that
 * answers it, or lets it expire; what is pending when its job goes on without it, or ends, is
 * withdrawn.
 */
export interface ApprovalStore {
  get(id: string): ApprovalRecord | undefined;
  /** The request of one tool call. */
  ofCall(jobId: string, toolUseId: string): ApprovalRecord | undefined;
  /** Ids that start with this prefix, oldest first, at most `limit`. */
  idsWithPrefix(prefix: string, limit: number): readonly string[];
  /** Requests that match, oldest first. */
  list(filter?: ApprovalFilter): readonly ApprovalRecord[];
  /**
   * Stores a request of a running job; `false`: that call's is there already. `undefined`: the job is
   * not ours any more.
   */
  request(
    hold: Pick<JobRecord, "id" | "fence">,
    approval: NewApproval,
  ): Promise<boolean | undefined>;
  /** The call of a request is made again under another id; `false`: the job is not ours any more. */
  repeat(hold: Pick<JobRecord, "id" | "fence">, id: string, toolUseId: string): Promise<boolean>;
  /** pending → expired, as when its job is woken for its time; `false`: it is not pending. */
  expire(id: string): Promise<boolean>;
  /** Answers a pending request and wakes the job that waits for it; `false`: it is not pending. */
  answer(id: string, answer: ApprovalAnswer): Promise<boolean>;
}
