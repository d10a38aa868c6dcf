/** A queued job that could start. */
export interface Candidate {
  readonly id: string;
  readonly agentName: string;
  readonly priority: number;
  readonly queueSeq: number;
}

/** How much may run at once. */
interface AdmissionLimits {
  readonly perAgent: Readonly<Record<string, number>>;
  readonly fleetWide?: number;
  readonly max?: number;
}

/** Chooses what starts now: queue order, passing over agents at their limit. */
export function planAdmission(
  candidates: readonly Candidate[],
  running: ReadonlyMap<string, number>,
  limits: AdmissionLimits,
): readonly Candidate[] {
  const counts = new Map(running);
  let room = roomOf(running, limits);
  const chosen: Candidate[] = [];
  for (const candidate of candidates.toSorted(byQueueOrder)) {
    if (room <= 0) break;
    const count = counts.get(candidate.agentName) ?? 0;
    if (count >= limitFor(limits, candidate.agentName)) continue;
    counts.set(candidate.agentName, count + 1);
    chosen.push(candidate);
    room -= 1;
  }
  return chosen;
}

/** How many jobs the limits over all agents let start now. */
export function roomOf(running: ReadonlyMap<string, number>, limits: AdmissionLimits): number {
  const total = running.values().reduce((sum, count) => sum + count, 0);
  return Math.min((limits.fleetWide ?? Infinity) - total, limits.max ?? Infinity);
}

/** How many more jobs of this agent may start; agents that are not listed start nothing. */
export function spareOf(
  running: ReadonlyMap<string, number>,
  limits: AdmissionLimits,
  agentName: string,
): number {
  return limitFor(limits, agentName) - (running.get(agentName) ?? 0);
}

/** The smallest place, from 1, that is not taken. */
export function freeSlot(taken: ReadonlySet<number>): number {
  let slot = 1;
  while (taken.has(slot)) slot += 1;
  return slot;
}

function limitFor(limits: AdmissionLimits, agentName: string): number {
  return Object.hasOwn(limits.perAgent, agentName) ? (limits.perAgent[agentName] ?? 0) : 0;
}

function byQueueOrder(a: Candidate, b: Candidate): number {
  return b.priority - a.priority || a.queueSeq - b.queueSeq;
}
