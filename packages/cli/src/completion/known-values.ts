import type { Context } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";
import type { Candidate, WantedValue } from "./wanted-value.ts";

/**
 * What there is of a kind. It comes from the configuration and the store, which are there whether a
 * daemon runs or not; the code for it is loaded when it is needed, because somebody waits for the key.
 */
export async function knownValues(
  wanted: WantedValue,
  options: GlobalOptions,
  context: Context,
): Promise<readonly Candidate[]> {
  switch (wanted.kind) {
    case "choice":
      return wanted.choices;
    case "agent":
      return (await import("./known-agents.ts")).knownAgents(options, context);
    case "installed agent":
      return (await import("./known-installed.ts")).knownInstalled(options, context);
    case "schedule": {
      const { knownSchedules } = await import("./known-agents.ts");
      return knownSchedules(wanted.agentName, options, context);
    }
    case "job":
      return (await import("./known-jobs.ts")).knownJobs(options, context);
    case "live job":
      return (await import("./known-jobs.ts")).knownLiveJobs(options, context);
    case "session":
      return (await import("./known-jobs.ts")).knownSessions(options, context);
    case "approval":
      return (await import("./known-jobs.ts")).knownApprovals(options, context);
    case "file":
    case "nothing":
      return [];
  }
}
