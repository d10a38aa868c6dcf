import type { Fleet } from "../fleet.ts";

/**
 * What makes the spans of Claude Code itself a part of those of its job, where somebody traces both:
 * https://code.claude.com/docs/en/agent-sdk/observability
 */
export function traceEnvironment(
  { traceparent }: Pick<Fleet, "traceparent">,
  jobId: string,
): Readonly<Record<string, string>> {
  const span = traceparent(jobId);
  return span === undefined ? {} : { TRACEPARENT: span };
}
