/** What a container of ours says of itself. */
export interface ContainerLabels {
  /** Real owner: the fleet of this state directory, whoever else uses the same engine. */
  readonly stateDir: string;
  readonly agentName: string;
  readonly jobId: string;
}

/** Label with the state directory: only containers that carry ours are ever touched. */
export const stateLabel = "herdctl.state";
/** Label with the id of the job. */
export const jobLabel = "herdctl.job";

export function labelFlags({ stateDir, agentName, jobId }: ContainerLabels): readonly string[] {
  return [
    `--label=${stateLabel}=${stateDir}`,
    `--label=herdctl.agent=${agentName}`,
    `--label=${jobLabel}=${jobId}`,
  ];
}
