import type { ApprovalRecord, ApprovalStatus } from "../../state/approval-store.ts";

/** A tool call of a job that waits for a person, or did. */
export interface Approval extends Omit<ApprovalRecord, "createdAt" | "expiresAt" | "answeredAt"> {
  readonly createdAt: Date;
  /** Nobody is waited for after this time: then `default` holds, a question goes unanswered. */
  readonly expiresAt: Date;
  readonly answeredAt?: Date;
}

/** What a person says to an {@link Approval}: a verdict, or to a question an answer. */
export type ApprovalReply =
  | {
      readonly decision: "allow" | "deny";
      /** Told to Claude. */
      readonly reason?: string;
    }
  | { readonly answer: string };

/** Selects {@link Approval}s. */
export interface ApprovalFilter {
  /** Default: every status. */
  readonly status?: ApprovalStatus;
  readonly agentName?: string;
  readonly jobId?: string;
  /** At most this many, the latest (default 1,000). */
  readonly limit?: number;
}
