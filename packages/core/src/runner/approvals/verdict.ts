import type { ApprovalRecord } from "../../state/approval-store.ts";

/** What Claude Code is told of a call, as a PreToolUse hook prints it. */
export interface Verdict {
  readonly hookSpecificOutput: {
    readonly hookEventName: "PreToolUse";
    readonly permissionDecision: "allow" | "deny";
    readonly permissionDecisionReason?: string;
    readonly additionalContext?: string;
  };
}

/** The verdict on a call, once there is one. A question is allowed: its tool tells the answer. */
export function toVerdict(approval: ApprovalRecord): Verdict | undefined {
  const { status, kind, reason } = approval;
  switch (status) {
    case "allowed":
      return allow(reason === undefined ? undefined : `Who allowed this call says: ${reason}`);
    case "denied": {
      const what = kind === "question" ? "A person declined to answer." : "A person denied this.";
      return deny(reason === undefined ? what : `${what} They say: ${reason}`);
    }
    case "expired":
      if (kind === "question" || approval.default === "allow") return allow();
      return deny("Nobody has decided about this call in time.");
    case "answered":
      return allow();
    case "pending":
    case "withdrawn":
      return undefined;
  }
}

/** Lets a call through that is nobody's to decide about. */
export const passing: Verdict = allow();

function allow(context?: string): Verdict {
  return {
    hookSpecificOutput: {
      hookEventName: "PreToolUse",
      permissionDecision: "allow",
      ...(context !== undefined && { additionalContext: context }),
    },
  };
}

function deny(reason: string): Verdict {
  return {
    hookSpecificOutput: {
      hookEventName: "PreToolUse",
      permissionDecision: "deny",
      permissionDecisionReason: reason,
    },
  };
}
