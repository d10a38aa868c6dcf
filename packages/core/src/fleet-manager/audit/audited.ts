import { errorKindOf, messageOf } from "../../errors.ts";
import type { AuditEnd, AuditTarget } from "../../state/audit-store.ts";
import { resolveJobId } from "../control.ts";
import type { Fleet } from "../fleet.ts";
import { currentActor } from "./actor.ts";
import { fullName } from "./full-name.ts";

/** What somebody asks for. */
export type Asked<Result> = AskedTarget & {
  /** Method of `FleetManager`. */
  readonly operation: string;
  /** The job that it makes. */
  readonly newJobId?: (result: Result) => string;
  /** The agent that it adds. */
  readonly newAgentName?: (result: Result) => string;
};

type AskedTarget = { readonly [Key in keyof AuditTarget]?: string | undefined };

// What a client calls an agent may be of any length.
const longestName = 200;

/**
 * Does what somebody asks for, and keeps on record who, what and with which outcome. The record is begun
 * with the first write of `act`, so a crash in between leaves it, without an outcome. A record that
 * cannot be written is logged and hinders nobody: with a full disk, jobs can still be cancelled.
 */
export async function audited<Result>(
  fleet: Fleet,
  { operation, newJobId, newAgentName, ...target }: Asked<Result>,
  act: () => Promise<Result>,
): Promise<Result> {
  const began = begin(fleet, operation, target);
  try {
    const result = await act();
    const ended = end(fleet, began, {
      outcome: "ok",
      ...(newJobId && { newJobId: newJobId(result) }),
      ...(newAgentName && { agentName: newAgentName(result) }),
    });
    // Whoever asked for a job hears of it before it does anything.
    if (!newJobId) await ended;
    return result;
  } catch (error) {
    await end(fleet, began, { outcome: errorKindOf(error).code });
    throw error;
  }
}

/** What came of something that did not reach the fleet, such as a login, or what nobody may who asked. */
export interface AuditNote extends Omit<AuditTarget, "source"> {
  readonly operation: string;
  /** `ok`, or the code of an error. */
  readonly outcome: string;
}

/** Puts on record what did not reach the fleet, on behalf of who asked. */
export async function recordNote(fleet: Fleet, note: AuditNote): Promise<void> {
  const { operation, outcome, ...target } = note;
  await end(fleet, begin(fleet, operation, target), { outcome });
}

type Began = Promise<number | undefined>;

function begin(fleet: Fleet, operation: string, target: AskedTarget): Began {
  const at = new Date(fleet.clock.now()).toISOString();
  return fleet.store.audit
    .begin({ at, operation, ...known(fleet, target), actor: currentActor() })
    .catch((error: unknown) => {
      fleet.log.error(`${operation} is not in the audit: ${messageOf(error)}`);
      return undefined;
    });
}

async function end(fleet: Fleet, began: Began, outcome: AuditEnd): Promise<void> {
  const seq = await began;
  if (seq === undefined) return;
  await fleet.store.audit.end(seq, outcome).catch((error: unknown) => {
    fleet.log.error(`the outcome of an operation is not in the audit: ${messageOf(error)}`);
  });
}

/** Names in full, as far as there is such an agent or job. */
function known(fleet: Fleet, { agentName, jobId, ...rest }: AskedTarget): AuditTarget {
  const target = {
    ...rest,
    agentName: agentName && fullName(fleet, agentName),
    jobId: jobId && fullId(fleet, jobId),
  };
  return Object.fromEntries(
    Object.entries(target).flatMap(([key, name]) =>
      name === undefined ? [] : [[key, fleet.redactor.text(name).slice(0, longestName)]],
    ),
  );
}

function fullId(fleet: Fleet, jobId: string): string {
  try {
    return resolveJobId(fleet, jobId);
  } catch {
    return jobId;
  }
}
