/** Runtime state of one schedule; what YAML says is not here. */
export interface ScheduleRecord {
  readonly agentName: string;
  readonly scheduleName: string;
  /** `false`: switched off by hand, over restarts. */
  readonly enabled: boolean;
  /** Start of the grid of an interval schedule, ISO. */
  readonly anchor?: string;
  /** Interval or cron expression that `anchor` belongs to, or `off`. */
  readonly expression?: string;
  /** Of the instants that follow `anchor`; see {@link FireKey}. */
  readonly era?: number;
  readonly lastFireAt?: string;
  readonly lastJobId?: string;
  /** What its gate saw when it last made a job. */
  readonly gateValue?: string;
}

export interface ScheduleStore {
  get(agentName: string, scheduleName: string): ScheduleRecord | undefined;
  all(): readonly ScheduleRecord[];
  /** Creates or changes the record. */
  put(
    record: Pick<ScheduleRecord, "agentName" | "scheduleName"> & Partial<ScheduleRecord>,
  ): Promise<void>;
  /** Changes the anchor, unless it is no longer `seen`; resolves with what holds now. */
  anchor(
    change: Pick<ScheduleRecord, "agentName" | "scheduleName" | "era"> & {
      readonly anchor: string;
      readonly expression: string;
    },
    seen: Pick<ScheduleRecord, "anchor" | "expression"> | undefined,
  ): Promise<ScheduleRecord>;
}
