import type { ResolvedAgent, ResolvedSchedule } from "../../config/resolved.ts";
import { agentEnvironment } from "../../runner/environment.ts";
import { askGate } from "../../scheduler/gates/gate.ts";
import type { GateVerdict } from "../../scheduler/gates/gate-context.ts";
import type { FireKey } from "../../state/store.ts";
import { commandRunner } from "../command-runner.ts";
import type { Fleet } from "../fleet.ts";

interface AskGate {
  readonly schedule: ResolvedSchedule;
  readonly claim: FireKey;
  /** Aborted when the fleet stops. */
  readonly signal: AbortSignal;
}

/** Asks the schedule's `when`, before any model is called; without one it is open. */
export async function askScheduleGate(
  fleet: Fleet,
  agent: ResolvedAgent,
  { schedule, claim, signal }: AskGate,
): Promise<GateVerdict> {
  const { agentName } = claim;
  if (!schedule.when) return { open: true };
  const label = `herdctl:${agentName}:gate`;
  const verdict = await askGate(schedule.when, {
    cwd: agent.workingDirectory,
    env: {
      ...agentEnvironment({ base: fleet.env, agent, jobId: label }),
      HERDCTL_SCHEDULE: schedule.name,
      HERDCTL_DUE_AT: claim.dueAt,
    },
    label,
    seen: fleet.store.schedules.get(agentName, schedule.name)?.gateValue,
    signal,
    runCommand: commandRunner(fleet, agent),
  });
  // A gate that herdctl's stop cut short is asked again by the next one.
  signal.throwIfAborted();
  if (verdict.problem !== undefined) {
    fleet.log.warn(
      `the gate of schedule ${agentName}/${schedule.name} failed: ${verdict.problem}`,
      {
        agentName,
        source: "scheduler",
      },
    );
  }
  return verdict;
}
