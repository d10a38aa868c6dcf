import type { ResolvedAgent } from "../../config/resolved.ts";
import { FleetManagerError } from "../../errors.ts";
import { createJobId } from "../../ids.ts";
import type { ToolCall } from "../../runner/bridge/agent-tool.ts";
import type { JobRecord } from "../../state/job-record.ts";
import type { JobPatch } from "../../state/store.ts";
import type { Fleet } from "../fleet.ts";

/** A running job, as its agent's tools see it. */
export interface ToolJob {
  readonly fleet: Fleet;
  readonly agent: ResolvedAgent;
  /** As it is stored now; its id, agent and fence are those that the tools were opened with. */
  readonly record: () => JobRecord;
  /** Aborted when the attempt is over. */
  readonly ended: AbortSignal;
  /** Changes the job; throws where it is not ours any more. */
  readonly update: (patch: JobPatch) => Promise<void>;
  /**
   * Acts, one call after the other, and keeps the answer: a call that is repeated, also after a crash,
   * is told the same and acts no more. A job that `act` makes has the id it is given, so that a crash
   * in the middle does not make two.
   */
  readonly once: (call: ToolCall, act: (newJobId: string) => Promise<string>) => Promise<string>;
}

export function createToolJob(
  fleet: Fleet,
  opened: { readonly record: JobRecord; readonly agent: ResolvedAgent },
  ended: AbortSignal,
): ToolJob {
  const { agent } = opened;
  const { toolCalls, jobs } = fleet.store;
  const hold = { id: opened.record.id, fence: opened.record.fence };
  const lost = (): FleetManagerError =>
    new FleetManagerError(`job ${hold.id} was taken over by another process`);
  let last: Promise<unknown> = Promise.resolve();

  const act = async (
    call: ToolCall,
    perform: (newJobId: string) => Promise<string>,
  ): Promise<string> => {
    const begun = await toolCalls.begin(hold, call.id, createJobId(fleet.clock.now()));
    if (!begun) throw lost();
    if (begun.answer !== undefined) return begun.answer;
    const answer = await perform(begun.newJobId);
    await toolCalls.end(hold, call.id, answer);
    return answer;
  };

  return {
    fleet,
    agent,
    ended,
    record: () => ({ ...(jobs.get(hold.id) ?? opened.record), ...hold }),
    update: async (patch) => {
      if (!(await jobs.update(hold, patch))) throw lost();
    },
    once: (call, perform) => {
      const done = last.then(() => act(call, perform));
      last = done.catch(() => undefined);
      return done;
    },
  };
}
