/** Agents, or with an empty name the whole fleet, that a person has paused. */
export interface PauseStore {
  all(): readonly { readonly agentName: string; readonly since: string }[];
  /** `false`: it was paused before. */
  pause(agentName: string, since: string): Promise<boolean>;
  /** `false`: it was not paused. */
  resume(agentName: string): Promise<boolean>;
}
