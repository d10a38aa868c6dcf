import { existsSync } from "node:fs";
import { errorKindOf } from "@herdctl/core";
import type { FleetOperations } from "@herdctl/web";
import { connectToWrite } from "./connect.ts";
import type { Context } from "./context.ts";
import type { GlobalOptions } from "./global-options.ts";
import { findState } from "./place.ts";
import { recordIn } from "./record-in.ts";

/** Jobs that can be ended; disposing lets go of them. */
export interface EndableJobs extends AsyncDisposable {
  readonly fleet: Pick<FleetOperations, "getJob" | "cancelJob" | "cancelAll">;
}

/** Like {@link connectToWrite}, and where the configuration is broken, the bare jobs. */
export async function connectToCancel(
  options: GlobalOptions,
  context: Context,
): Promise<EndableJobs> {
  try {
    return await connectToWrite(options, context);
  } catch (error) {
    if (errorKindOf(error).code !== "CONFIGURATION_ERROR") throw error;
    const { stateDir } = await findState(options, context);
    if (!existsSync(stateDir)) throw error;
    return openJobs(stateDir, context);
  }
}

async function openJobs(stateDir: string, { env }: Context): Promise<EndableJobs> {
  const { openJobControl } = await import("@herdctl/core");
  const control = await openJobControl({ stateDir, env });
  const record = recordIn(stateDir);
  return {
    fleet: {
      getJob: async (id) => control.getJob(id),
      cancelJob: (jobId) =>
        record({ operation: "cancelJob", jobId }, () => control.cancelJob(jobId)),
      cancelAll: (scope = {}) =>
        record({ operation: "cancelAll", ...scope }, () => control.cancelAll(scope)),
    },
    [Symbol.asyncDispose]: () => control[Symbol.asyncDispose](),
  };
}
