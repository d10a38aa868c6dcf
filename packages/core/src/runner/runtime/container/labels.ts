/** What a container of ours says of itself. */
export interface ContainerLabels {
  /** Real owner: the fleet of this state directory, whoever else uses the same engine. */
  readonly stateDir: string;
  readonly agentName: string;
}

/** Label with the state directory: only containers that carry ours are ever touched. */
export const stateLabel = "herdctl.state";
/** Label with the qualified name of the agent. */
export const agentLabel = "herdctl.agent";
/** Label with the id of the job; absent on a container that is not for one job alone. */
export const jobLabel = "herdctl.job";
/** Label of a container that is kept, with its slot. */
export const warmLabel = "herdctl.warm";
/** Label of the same: a hash of all that was settled when it was made. */
export const settledLabel = "herdctl.config";

export function labelFlags(
  { stateDir, agentName }: ContainerLabels,
  labels: Readonly<Record<string, string>>,
): readonly string[] {
  const all = { [stateLabel]: stateDir, [agentLabel]: agentName, ...labels };
  return Object.entries(all).map(([name, value]) => `--label=${name}=${value}`);
}
