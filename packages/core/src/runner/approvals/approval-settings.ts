import type { Settings } from "@anthropic-ai/claude-agent-sdk";
import { agentServerName } from "../bridge/agent-server.ts";
import type { ApprovalFolders } from "./approval-files.ts";
import { approvalHook } from "./approval-hook.ts";
import { toCallFilter } from "./call-filter.ts";

/** Name by which Claude knows the tool that asks a person. */
export const askHumanToolName: string = `mcp__${agentServerName}__ask_human`;

export interface ApprovalSettingsOptions {
  /** Patterns of the tool calls that a person must approve. */
  readonly tools: readonly string[];
  /** Milliseconds that claude waits for an answer before it gives its place up. */
  readonly hold: number;
  /** It never gives its place up: a call without an answer is refused. */
  readonly staysAlive?: boolean;
  /** As claude sees them. */
  readonly folders: ApprovalFolders;
  /** Number of the attempt: one call of an attempt is put off, no more. */
  readonly attempt: number;
}

// A hook that runs out of time lets its call pass: it must end by itself long before.
const spareSeconds = 900;
// Claude Code's timers end at 24 days.
const longestHold = 5 * 86_400_000;

/** Settings that have Claude Code wait for a person's verdict on some tool calls, and on its questions. */
export function approvalSettings(options: ApprovalSettingsOptions): Settings {
  const { tools } = options;
  const hold = Math.min(options.hold, longestHold);
  const { matcher, shellPattern } = toCallFilter([...tools, askHumanToolName]);
  const command = approvalHook({ ...options, hold, shellPattern });
  const timeout = 4 * Math.ceil(hold / 1_000) + spareSeconds;
  return {
    // The project's settings could switch all hooks off, and with them every approval.
    ...(tools.length > 0 && { disableAllHooks: false }),
    hooks: { PreToolUse: [{ matcher, hooks: [{ type: "command", command, timeout }] }] },
  };
}
