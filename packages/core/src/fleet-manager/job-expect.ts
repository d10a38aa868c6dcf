import type { ResolvedAgent } from "../config/resolved.ts";
import { FleetManagerError } from "../errors.ts";
import { agentEnvironment } from "../runner/environment.ts";
import { checkExpectations, describeFailures, type ExpectSnapshot } from "../runner/expect.ts";
import type { JobRecord } from "../state/job-record.ts";
import type { FinishJob } from "../state/store.ts";
import { commandRunner } from "./command-runner.ts";
import type { Fleet } from "./fleet.ts";

/** The end of a run, and what it started from. */
export interface UnverifiedEnd {
  readonly agent: ResolvedAgent;
  readonly end: FinishJob;
  readonly before: ExpectSnapshot;
  readonly cancel: AbortSignal;
}

/** Holds a run that claims success to what its agent expects; any other end stays what it is. */
export async function verifyEnd(
  fleet: Fleet,
  record: JobRecord,
  { agent, end, before, cancel }: UnverifiedEnd,
): Promise<FinishJob> {
  if (end.status !== "completed" || agent.expect.length === 0) return end;
  const { id, fence } = record;
  const expect = await checkExpectations({
    agent,
    jobId: id,
    before,
    structuredOutput: end.structuredOutput,
    env: agentEnvironment({ base: fleet.env, agent, jobId: id }),
    signal: cancel,
    runCommand: commandRunner(fleet, agent),
    onRecord: async (process) => {
      if (await fleet.store.jobs.update({ id, fence }, { process })) return;
      throw new FleetManagerError(`job ${id} was taken over by another process`);
    },
  });
  if (cancel.aborted) {
    const message = "The job was cancelled while its result was checked.";
    return { ...end, expect, status: "cancelled", exitReason: "cancelled", error: { message } };
  }
  const message = describeFailures(expect);
  if (message === undefined) return { ...end, expect };
  return { ...end, expect, status: "failed", exitReason: "unverified", error: { message } };
}
