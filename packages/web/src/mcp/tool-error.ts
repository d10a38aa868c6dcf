import { ConfigurationError, type ErrorCode } from "@herdctl/core";
import type { CallToolResult } from "@modelcontextprotocol/server";
import { toErrorBody } from "../wire/error.ts";

/** What a model can do about it. Messages that say it themselves need none. */
const remedies: Partial<Record<ErrorCode, string>> = {
  AGENT_NOT_FOUND: "Call list_agents for the names.",
  APPROVAL_NOT_FOUND: "Call list_approvals for what waits.",
  BUDGET_SPENT: "Nothing more runs until the budget is renewed; tell your user.",
  CONCURRENCY_LIMIT: "Wait for a running job of the agent to end, then try again.",
  CONFIGURATION_ERROR: "The configuration of the fleet has to be mended first; tell your user.",
  DAEMON_UNREACHABLE: "The fleet is not running; your user starts it with `herdctl start`.",
  FORBIDDEN: "Only tools that change nothing work with this token; tell your user.",
  JOB_NOT_FOUND: "Call list_jobs for the ids.",
  PROMPT_REQUIRED: "Give a prompt, or a schedule whose prompt to use.",
  SCHEDULE_NOT_FOUND: "Call list_schedules for the names.",
  STATE_LOCKED: "Another program runs this fleet; tell your user.",
  TIMEOUT: "Try again in a moment.",
  TOO_MANY_REQUESTS: "Wait a minute, then try again.",
  UNAUTHORIZED: "The token has to be replaced; tell your user.",
};

/** A failure of the fleet as a tool tells it: code, message, and what to do about it. */
export function toToolError(error: unknown): CallToolResult {
  const { code, message } = toErrorBody(error);
  const remedy = Object.hasOwn(remedies, code) ? remedies[code as ErrorCode] : undefined;
  const problems = error instanceof ConfigurationError ? error.problems : undefined;
  const told = { code, message, ...(problems && { problems }), ...(remedy && { remedy }) };
  return { isError: true, content: [{ type: "text", text: JSON.stringify({ error: told }) }] };
}
