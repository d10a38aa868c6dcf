/** Agents, or with an empty name the whole fleet, that a person has paused. */
export interface PauseStore {
  all(): readonly { readonly agentName: string; readonly since: string }[];
  pause(agentName: string, since: string): Promise<void>;
  /** `false`: it was not paused. */
  resume(agentName: string): Promise<boolean>;
}
