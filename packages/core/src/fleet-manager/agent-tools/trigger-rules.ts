/** Longest chain of agents that ask for one another. */
const longestLineage = 5;

export interface TriggerAsk {
  /** As the agent wrote it. */
  readonly wanted: string;
  /** Qualified names that it may trigger. */
  readonly canTrigger: readonly string[];
  /** Sub-fleet names of the agent that asks. */
  readonly fleetPath: readonly string[];
  /** Agents that asked for one another, the one that asks now last. */
  readonly lineage: readonly string[];
}

/** The qualified name of the agent that may be triggered; throws with words for the agent. */
export function resolveTarget({ wanted, canTrigger, fleetPath, lineage }: TriggerAsk): string {
  const sameFleet = [...fleetPath, wanted].join(".");
  const bare = canTrigger.filter((name) => name.split(".").at(-1) === wanted);
  const target =
    [sameFleet, wanted].find((name) => canTrigger.includes(name)) ??
    (bare.length === 1 ? bare[0] : undefined);
  if (target === undefined) {
    throw new Error(
      `You may not trigger "${wanted}". You may trigger: ${canTrigger.join(", ")}. A person can change \`can_trigger\` in your configuration.`,
    );
  }
  if (lineage.includes(target)) {
    throw new Error(
      `"${target}" is already among those that led to this job (${lineage.join(" → ")}): triggering it again could go on for ever.`,
    );
  }
  if (lineage.length >= longestLineage) {
    throw new Error(
      `${lineage.length} agents have triggered one another already (${lineage.join(" → ")}). Do it yourself.`,
    );
  }
  return target;
}

/** Places that jobs hold while they wait for other jobs, and the limits. */
export interface WaitFacts {
  readonly target: string;
  readonly isPaused: boolean;
  /** Running jobs, this one included, that wait for others to end. */
  readonly blocked: number;
  readonly fleetWide: number | undefined;
  /** Those of the target agent. */
  readonly blockedOfTarget: number;
  readonly limitOfTarget: number;
}

/** Refuses to wait for a job that cannot start while this one waits; throws with words for the agent. */
export function checkWait(facts: WaitFacts): void {
  const { target, fleetWide } = facts;
  const advice = "Trigger it without `wait`.";
  if (facts.isPaused)
    throw new Error(`"${target}" is paused: nobody knows when it runs. ${advice}`);
  if (fleetWide !== undefined && facts.blocked >= fleetWide) {
    throw new Error(
      `All ${fleetWide} jobs that may run at once would wait for others, and none could start. ${advice}`,
    );
  }
  if (facts.blockedOfTarget >= facts.limitOfTarget) {
    throw new Error(`"${target}" is itself waiting for other jobs. ${advice}`);
  }
}
