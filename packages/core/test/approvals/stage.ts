import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Approval, FleetManager, FleetManagerOptions, Job } from "@herdctl/core";
import {
  createTestFleet,
  inPrompt,
  type ScriptBuilder,
  script,
  type TestFleet,
} from "@herdctl/testing";
import { expect } from "vitest";

/** A fleet with one agent, `a`, whose calls of `echo pushed` need an approval. */
export interface Stage extends AsyncDisposable {
  readonly test: TestFleet;
  readonly fleet: FleetManager;
  /** Starts a job and resolves with its id. */
  begin(source: ScriptBuilder): Promise<string>;
  /** Resolves with what the job waits for, once it waits without a process. */
  parked(jobId: string): Promise<Approval>;
  /** Resolves with the one request that is open. */
  asked(): Promise<Approval>;
  done(jobId: string): Promise<Job>;
  /** What the calls left behind: a line for each time one ran. */
  ran(): Promise<string>;
}

export const push: ScriptBuilder = script()
  .tool("Bash", { command: "echo pushed >> side.txt" })
  .text("Done.");

export async function openStage(
  agent: Readonly<Record<string, unknown>> = {},
  options: Partial<FleetManagerOptions> = {},
): Promise<Stage> {
  const { approvals, ...more } = agent;
  const test = await createTestFleet({
    agents: {
      a: {
        permission_mode: "bypassPermissions",
        ...(approvals !== null && {
          approvals: { tools: ["Bash(echo pushed*)"], hold: "200ms", ...Object(approvals) },
        }),
        ...more,
      },
    },
  });
  const fleet = test.manager(options);
  await fleet.initialize();
  return {
    test,
    fleet,
    begin: async (source) => (await trigger(fleet, source)).id,
    parked: (jobId) => parked(fleet, jobId),
    async asked() {
      await expect.poll(() => open(fleet).length).toBe(1);
      const [approval] = open(fleet);
      if (!approval) throw new Error("nothing is open");
      return approval;
    },
    done: (jobId) => fleet.waitForJob(jobId),
    async ran() {
      const file = join(test.workspace("a"), "side.txt");
      return existsSync(file) ? readFile(file, "utf8") : "";
    },
    [Symbol.asyncDispose]: () => test[Symbol.asyncDispose](),
  };
}

function trigger(fleet: FleetManager, source: ScriptBuilder): Promise<Job> {
  return fleet.trigger("a", undefined, { promptOverride: `Go. ${inPrompt(source)}` });
}

export async function parked(fleet: FleetManager, jobId: string): Promise<Approval> {
  await expect.poll(() => fleet.getJob(jobId).status).toBe("waiting");
  const { approvalId } = fleet.getJob(jobId);
  const approval = fleet.getApprovals().find(({ id }) => id === approvalId);
  if (!approval) throw new Error(`job ${jobId} waits for nobody`);
  return approval;
}

function open(fleet: FleetManager): readonly Approval[] {
  return fleet.getApprovals({ status: "pending" });
}
