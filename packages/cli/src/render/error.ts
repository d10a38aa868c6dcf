import { type ErrorCode, errorKindOf, FleetManagerError, messageOf } from "@herdctl/core";
import type { Context } from "../context.ts";
import { toErrorFacts, toJson } from "../terminal/json.ts";

/** What helps where the message itself cannot say it. */
const remedies: Partial<Record<ErrorCode, string>> = {
  DAEMON_UNREACHABLE:
    "`herdctl status` tells whether the daemon still runs; `herdctl start` starts it.",
  INTERNAL: "Set HERDCTL_DEBUG=1 to see where this comes from.",
  UNAUTHORIZED:
    "`herdctl token show` on the fleet's machine shows its tokens; HERDCTL_TOKEN hands one over.",
  TIMEOUT: "`herdctl status` tells whether the daemon still runs.",
};

/** Tells what went wrong, where and what to do about it; the exit code says what kind it is. */
export function reportError(
  error: unknown,
  { context, json }: { readonly context: Context; readonly json: boolean },
): number {
  const { output, env } = context;
  const { code, exitCode } = errorKindOf(error);
  if (json) {
    output.print(toJson({ error: toErrorFacts(error) }));
    return exitCode;
  }
  output.note(`${output.style("red", "error:")} ${messageOf(error).trimEnd()}`);
  const remedy = isElsewhere(error) ? undefined : remedies[code];
  if (remedy !== undefined) output.note(remedy);
  if (env["HERDCTL_DEBUG"] && error instanceof Error) output.note(error.stack ?? "");
  return exitCode;
}

// What starts a daemon on this machine mends none of another.
function isElsewhere(error: unknown): boolean {
  return (
    error instanceof FleetManagerError &&
    error.code === "DAEMON_UNREACHABLE" &&
    error.context?.["url"] !== undefined
  );
}
