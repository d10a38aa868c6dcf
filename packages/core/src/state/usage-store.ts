import type { ModelUsage } from "./job-record.ts";

/** What an agent used of a model on one day. */
export interface UsageRecord extends ModelUsage {
  /** Local date, `2026-01-31`. */
  readonly day: string;
  readonly agentName: string;
  readonly model: string;
}

/** Usage by day, agent and model; `park` and `finish` add to it in their own transaction. */
export interface UsageStore {
  /** US dollars spent on one day, by one agent or by all. */
  costUsd(of: { readonly day: string; readonly agentName?: string }): number;
  /** Since a day, oldest first. */
  list(filter: { readonly since: string; readonly agentName?: string }): readonly UsageRecord[];
}
