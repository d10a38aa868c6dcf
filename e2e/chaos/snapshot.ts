import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { type JobRecord, openJobHistory, StateManager, type StateStore } from "@herdctl/core";

type FireRecord = ReturnType<StateStore["fires"]["list"]>["fires"][number];

/** What a state directory says while no daemon has it. */
export interface Snapshot {
  /** Oldest first. */
  readonly jobs: readonly JobRecord[];
  /** Ids in the order in which they will run. */
  readonly queue: readonly { readonly jobId: string; readonly agentName: string }[];
  readonly fires: readonly FireRecord[];
  /** Ids of jobs that hold a session. */
  readonly leases: readonly string[];
  /** Items of work that a job holds. */
  readonly claims: readonly string[];
  /** Places of the lines in each job's output. */
  readonly outputs: ReadonlyMap<string, readonly number[]>;
}

const nothing: Snapshot = {
  jobs: [],
  queue: [],
  fires: [],
  leases: [],
  claims: [],
  outputs: new Map(),
};

/** Reads everything that there is to know of the past. */
export async function readSnapshot(stateDir: string): Promise<Snapshot> {
  // Killed before it had a store.
  if (!existsSync(join(stateDir, "herdctl.db"))) return nothing;
  const state = await StateManager.open({ stateDir, readOnly: true });
  try {
    const { store } = state;
    const jobs = store.jobs.list({}).jobs.toReversed();
    return {
      jobs,
      queue: store.jobs.queue().map(({ id, agentName }) => ({ jobId: id, agentName })),
      fires: store.fires.list({ limit: 1_000_000 }).fires,
      leases: readLeases(stateDir),
      claims: [...store.claims.claimed()],
      outputs: await readOutputs(stateDir, jobs),
    };
  } finally {
    await state.close();
  }
}

async function readOutputs(
  stateDir: string,
  jobs: readonly JobRecord[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  await using history = await openJobHistory({ stateDir });
  const outputs = new Map<string, readonly number[]>();
  for (const { id } of jobs) {
    const places: number[] = [];
    for await (const { seq } of history.streamJobLines(id, { follow: false })) places.push(seq);
    outputs.set(id, places);
  }
  return outputs;
}

// Nothing but the store needs to list them.
function readLeases(stateDir: string): readonly string[] {
  const database = new DatabaseSync(join(stateDir, "herdctl.db"), { readOnly: true });
  try {
    const rows = database.prepare("SELECT job_id FROM session_leases").all();
    return rows.map((row) => String(row["job_id"]));
  } finally {
    database.close();
  }
}
